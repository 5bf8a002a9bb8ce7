package oracle

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
)

// generator writes documents for a type: members in any order, some absent, null or unknown. One
// value in odd is not what the type expects.
type generator struct {
	*rand.Rand
	strings.Builder
	odd int
}

func (g *generator) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g *generator) space() {
	if g.IntN(30) == 0 {
		g.WriteString(g.pick(" ", "\n  ", "\t", "\r\n"))
	}
}

func (g *generator) list(open, end byte, count int, element func(i int)) {
	g.WriteByte(open)
	for i := range count {
		if i > 0 {
			g.WriteByte(',')
		}
		g.space()
		element(i)
		g.space()
	}
	g.WriteByte(end)
}

func (g *generator) value(of reflect.Type) {
	g.space()
	switch {
	case g.IntN(g.odd) == 0:
		g.any(3)
		return
	case g.IntN(10) == 0 && of.Kind() != reflect.Struct:
		g.WriteString("null")
		return
	}
	switch of.Kind() {
	case reflect.Struct:
		g.members(of)
	case reflect.Pointer:
		g.value(of.Elem())
	case reflect.Map:
		g.list('{', '}', g.IntN(12), func(int) {
			g.text()
			g.WriteByte(':')
			g.value(of.Elem())
		})
	case reflect.Slice:
		g.list('[', ']', g.IntN(4), func(int) { g.value(of.Elem()) })
	case reflect.Bool:
		g.WriteString(g.pick("true", "false"))
	case reflect.Int, reflect.Int64:
		g.WriteString(g.pick("0", "200", "-1", "1583348638390", "9223372036854775807"))
	case reflect.String:
		g.text()
	default:
		g.any(4)
	}
}

func (g *generator) members(of reflect.Type) {
	order := g.Perm(of.NumField() + 2)
	order = order[:len(order)-g.IntN(3)*g.IntN(len(order)/2+1)]
	if g.IntN(g.odd) == 0 {
		// A member that comes twice.
		order = append(order, order[:min(1, len(order))]...)
	}
	g.list('{', '}', len(order), func(i int) {
		if order[i] >= of.NumField() {
			g.text()
			g.WriteByte(':')
			g.any(3)
			return
		}
		field := of.Field(order[i])
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		switch {
		case g.IntN(g.odd) == 0:
			name = strings.ToUpper(name)
		case g.IntN(g.odd) == 0:
			name = fmt.Sprintf(`\u%04x`, name[0]) + name[1:]
		}
		g.WriteString(`"` + name + `"`)
		g.space()
		g.WriteByte(':')
		g.value(field.Type)
	})
}

func (g *generator) any(depth int) {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch g.IntN(kinds) {
	case 0:
		g.text()
	case 1:
		g.WriteString(g.pick("0", "-1", "1.5", "2e3", "-0.25E-2", "1583348638390",
			"12345678901234567890"))
	case 2:
		g.WriteString(g.pick("true", "false"))
	case 3:
		g.WriteString("null")
	case 4:
		g.list('[', ']', g.IntN(4), func(int) { g.any(depth - 1) })
	default:
		g.list('{', '}', g.IntN(4), func(int) {
			g.text()
			g.WriteByte(':')
			g.any(depth - 1)
		})
	}
}

// text writes a string of up to some 60 characters.
func (g *generator) text() {
	g.WriteByte('"')
	parts := g.IntN(6)
	for range parts {
		switch {
		case g.IntN(g.odd) == 0:
			g.WriteString(g.pick(`\ud800`, "\xff", "\xe4\xb8", `\udc00\ud800`, "\x01", `\q`, `\u00`))
		case g.IntN(4) == 0:
			g.WriteString(g.pick(`\"`, `\\`, `\/`, `\n`, `\t`, `\b`, `\f`, `\r`, `\u0000`, `\u00E9`,
				`\u4e2d`,
				`\ud83d\ude00`))
		case g.IntN(4) == 0:
			g.WriteString(g.pick("é", "中文", "😀", "\x7f", "\u2028"))
		default:
			g.WriteString("abcdefghijklmnopqrstuvwxyz-/=;0"[:g.IntN(32)])
		}
	}
	g.WriteByte('"')
}
