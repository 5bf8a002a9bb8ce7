'use strict';

const ESSENCE = /[ \t]*([\w!#$%&'*+\-.^`|~]+)\/([\w!#$%&'*+\-.^`|~]+)/y;
const TOKEN = /[\w!#$%&'*+\-.^`|~]+/.source;
const QUOTED = /"(?:[\t !#-[\]-~\x80-\uffff]|\\[\t -~\x80-\uffff])*"/.source;
const PARAMETER = new RegExp(`[ \\t]*;[ \\t;]*(${TOKEN})=(${TOKEN}|${QUOTED})`, 'y');
const END = /(?:[ \t]*;[ \t;]*)?[ \t]*$/y;

/** A media type (RFC 9110 section 8.3.1). */
class ContentType {
    #parameters;

    constructor(type, subtype, parameters) {
        this.type = type;
        this.subtype = subtype;
        this.#parameters = parameters;
    }

    static parse(text) {
        ESSENCE.lastIndex = 0;
        const essence = ESSENCE.exec(text);
        if (essence === null) return undefined;
        const parameters = [];
        let at = ESSENCE.lastIndex;
        for (;;) {
            PARAMETER.lastIndex = at;
            const parameter = PARAMETER.exec(text);
            if (parameter === null) break;
            at = PARAMETER.lastIndex;
            parameters.push([parameter[1], unquote(parameter[2])]);
        }
        END.lastIndex = at;
        return END.test(text) ? new ContentType(essence[1], essence[2], parameters) : undefined;
    }

    get essence() {
        return `${this.type}/${this.subtype}`;
    }

    is(essence) {
        return this.essence.toLowerCase() === String(essence).toLowerCase();
    }

    parameter(name) {
        const wanted = String(name).toLowerCase();
        return this.#parameters.find(([found]) => found.toLowerCase() === wanted)?.[1];
    }

    parameters() {
        return this.#parameters.map((parameter) => [...parameter]);
    }

    toString() {
        return this.essence;
    }
}

function unquote(value) {
    return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
}

module.exports = { ContentType };
