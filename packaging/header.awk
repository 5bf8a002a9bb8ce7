# Makes include/apigw.h from the output of cbindgen, which has neither sections nor hexadecimal
# numbers: see header.sh.
#
# A comment "# Title, text, ---, text" becomes a comment for the section and one for the item.
# Sections "Safety" are left out, because the rules at the top of the header cover them.

function emit(line) { out[++total] = line }

function add(line) { pending = pending line "\n" }

# Ends a comment: on one line if it fits. The members that a field comes from need no paragraph.
function finish_comment(    i, n, text, kept) {
    while (lines > 0 && comment[lines] ~ /^ *\*$/) lines--
    for (i = n = 1; i <= lines; i++) {
        if (comment[i] ~ /^ *\*$/ && comment[i + 1] ~ /^ *\* From `/) continue
        kept[n++] = comment[i]
    }
    n--
    text = kept[1]
    sub(/^ *\* /, "", text)
    if (n == 2 && kept[2] ~ /^ *\* From `/) {
        sub(/^ *\*/, "", kept[2])
        if (length(indent "/** " text kept[2] " */") <= 100) {
            text = text kept[2]
            n = 1
        } else {
            kept[2] = indent " *" kept[2]
        }
    }
    if (n == 1 && length(indent "/** " text " */") <= 100) {
        add(indent "/** " text " */")
    } else {
        add(indent "/**")
        for (i = 1; i <= n; i++) add(kept[i])
        add(indent " */")
    }
}

# Writes a prototype on one line if it fits; otherwise the function's name begins a line.
function prototype(line,    type, name, count, parameters, i, part, text) {
    if (length(line) <= 100) return line
    match(line, /apigw_[a-z_]+\(/)
    type = substr(line, 1, RSTART - 1)
    name = substr(line, RSTART, RLENGTH)
    count = split(substr(line, RSTART + RLENGTH), parameters, ", ")
    sub(/ $/, "", type)
    line = type "\n"
    text = name
    for (i = 1; i <= count; i++) {
        part = parameters[i] (i < count ? "," : "")
        if (i > 1 && length(text " " part) > 100) {
            line = line text "\n"
            text = sprintf("%" length(name) "s", "") part
        } else {
            text = text (i > 1 ? " " : "") part
        }
    }
    return line text
}

function hexadecimal(text,    number) {
    for (number = text + 0; number > 0; number = int(number / 16)) {
        text_of_number = substr("0123456789abcdef", number % 16 + 1, 1) text_of_number
    }
    text = text_of_number
    text_of_number = ""
    return text
}

function padded(digits, width) {
    while (length(digits) < width) digits = "0" digits
    return "0x" digits
}

/^ *\/\*\*$/ {
    if (blank && !after_define) add("")
    else if (blank) held = 1
    blank = is_safety = lines = 0
    in_comment = 1
    indent = $0
    sub(/\/.*/, "", indent)
    next
}
in_comment && /^ *\*\/$/ { finish_comment(); in_comment = 0; next }
in_comment && /^ \* # Safety$/ { is_safety = 1 }
in_comment && is_safety { next }
in_comment && /^ \* # / {
    if (held) add("")
    held = 0
    add("/*\n * ==== " substr($0, 6) " ====")
    titles[++title_count] = substr($0, 6)
    in_section = 1
    next
}
in_comment && in_section && /^ \* ---$/ { add(" */\n"); in_section = 0; next }
in_comment && in_section { add($0); next }
in_comment { comment[++lines] = $0; next }
/^$/ { blank = 1; next }
# Associated constants of Rust types.
/^#define apigw_/ { pending = ""; next }
# The name of a type is only at its end.
/^typedef (struct|union) \{$/ { kind = $2; in_type = 1; type_start = total; type_blank = blank; type_pending = pending; pending = ""; blank = 0; held = after_define = 0; next }
in_type {
    if (blank) emit("")
    blank = 0
    if (pending != "") emit_pending()
    if ($0 ~ /^\}/) {
        name = substr($2, 1, length($2) - 1)
        first = (type_blank ? "\n" : "") type_pending "typedef " kind " " name " {"
        emit($0)
        for (i = total; i > type_start; i--) out[i + 1] = out[i]
        out[type_start + 1] = first
        total++
        in_type = 0
    } else {
        emit($0)
    }
    next
}
/^ \* ==== / { titles[++title_count] = $3 ($4 != "====" ? " " $4 : "") }
/^#define APIGW_FLAG_/ { $0 = $1 " " $2 " " padded(hexadecimal($3), 2) }
/^#define APIGW_VERSION_NUMBER/ { $0 = $1 " " $2 " " padded(hexadecimal($3), 6) }
/^(APIGW_CHECKED|[a-z].*\(.*\);$)/ && !/^typedef/ { is_prototype = 1 }
{
    if (held && !/^#define APIGW_/) emit("")
    else if (blank && !(after_define && /^#define APIGW_/)) emit("")
    blank = held = 0
    after_define = /^#define APIGW_/
    if (pending != "") emit_pending()
    if (is_prototype) {
        line = line_so_far (line_so_far == "" ? "" : " ") $0
        if ($0 ~ /;$/) {
            emit(prototype(line))
            is_prototype = 0
            line_so_far = ""
        } else {
            line_so_far = line
        }
    } else {
        emit($0)
    }
}
function emit_pending() {
    sub(/\n$/, "", pending)
    emit(pending)
    pending = ""
}
# The table of contents has the titles in their order.
END {
    for (i = 1; i <= title_count; i++) {
        title = tolower(substr(titles[i], 1, 1)) substr(titles[i], 2)
        if (titles[i] == "JSON") title = titles[i]
        word_list = word_list (i > 1 ? ", " : "") title
    }
    count = split("Contents: " word_list ".", words, " ")
    contents = " *"
    for (i = 1; i <= count; i++) {
        if (length(contents " " words[i]) > 100) {
            all = all contents "\n"
            contents = " *"
        }
        contents = contents " " words[i]
    }
    for (i = 1; i <= total; i++) {
        if (out[i] == " * Contents: CONTENTS") out[i] = all contents
        print out[i]
    }
}
