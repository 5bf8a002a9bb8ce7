'use strict';

/**
 * Kinds of faults: number, stable name, and what it means. A test compares them with the C library.
 */
module.exports = [
    [1, 'argument', 'a pointer is NULL or an argument is impossible'],
    [2, 'abi', 'header and library describe different interfaces'],
    [3, 'out-of-memory', 'the system gave no memory'],
    [4, 'panic', 'a bug in the library was caught'],
    [5, 'buffer', 'the output does not fit'],
    [16, 'unexpected-end', 'the input ends in the middle of the document'],
    [17, 'unexpected-byte', 'JSON does not allow this byte here'],
    [18, 'trailing-bytes', 'something follows the document'],
    [19, 'invalid-number', 'this is not a JSON number'],
    [20, 'invalid-escape', 'JSON has no such escape'],
    [21, 'lone-surrogate', 'half of a surrogate pair stands alone'],
    [22, 'control-character', 'a string holds a raw control character'],
    [23, 'invalid-utf8', 'the bytes are not UTF-8'],
    [24, 'invalid-base64', 'this is not base64 with padding'],
    [25, 'invalid-multipart', "the body's parts break off or have no boundary"],
    [32, 'not-an-object', 'an event is a JSON object, this document is not'],
    [33, 'wrong-type', "the member's value has the wrong type"],
    [34, 'duplicate-member', 'the member occurs twice'],
    [35, 'missing-member', 'the member is missing'],
    [48, 'input-too-long', 'the input is longer than the limit'],
    [49, 'too-deep', 'objects and arrays are nested too deeply'],
    [50, 'too-many-pairs', 'the event has too many names and values'],
    [51, 'name-too-long', 'a name is too long'],
    [52, 'too-many-nodes', 'the JSON document has too many values'],
    [64, 'invalid-status', 'a status is a number from 100 to 999'],
    [65, 'invalid-header-name', "a header's name is letters, digits and !#$%&'*+-.^_`|~"],
    [66, 'invalid-header-value', "a header's value is UTF-8 text without control characters"],
    [67, 'response-too-long', 'the response is longer than the limit'],
];
