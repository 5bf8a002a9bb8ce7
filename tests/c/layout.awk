# Makes of apigw.h a C program that prints the size of every public struct and the offsets of its members.
BEGIN {
    print "#include <apigw.h>\n#include <stdio.h>\nint main(void) {"
}
match($0, /^typedef struct apigw_[a-z_]+ \{$/) {
    name = $3
    printf "    printf(\"%s %%lu\\n\", (unsigned long)sizeof(%s));\n", name, name
}
/^}/ { name = "" }
name != "" && /^    [a-z].*;$/ {
    member = $NF
    gsub(/[*;]/, "", member)
    printf "    printf(\"%s.%s %%lu\\n\", (unsigned long)offsetof(%s, %s));\n", name, member, name, member
}
END { print "    return 0;\n}" }
