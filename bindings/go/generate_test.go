package apigw_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf16"
)

// generator writes random events: any spelling of the JSON, any order of the members, any
// characters.
type generator struct {
	*rand.Rand
	strings.Builder
}

func generate(seed uint64) string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	g.event()
	return g.String()
}

// event writes some of the known members and some unknown ones.
func (g *generator) event() {
	text := func() { g.nullable(g.text) }
	strings := func() { g.nullable(func() { g.mapOf(g.scalar) }) }
	lists := func() { g.nullable(func() { g.mapOf(g.scalarOrList) }) }
	context := map[string]func(){
		"serviceId": text, "path": text, "httpMethod": text, "requestId": text, "sourceIp": text,
		"stage":           text,
		"websocketEnable": func() { g.any(3) },
	}
	g.space()
	g.object(map[string]func(){
		"httpMethod": text, "path": text,
		"body": func() {
			g.nullable(func() {
				if g.IntN(4) == 0 {
					g.container(4)
				} else {
					g.text()
				}
			})
		},
		"headers": lists, "queryString": lists, "queryStringParameters": strings,
		"pathParameters":   strings,
		"headerParameters": strings, "stageVariables": strings,
		"requestContext":  func() { g.object(context) },
		"isBase64Encoded": func() { g.WriteString(g.pick("true", "false", `"true"`, `"false"`, "null")) },
		"authorizer":      func() { g.any(5) }, "übrig": func() { g.any(2) },
	})
}

func (g *generator) pick(texts ...string) string {
	return texts[g.IntN(len(texts))]
}

func (g *generator) space() {
	if g.IntN(8) == 0 {
		g.WriteString(g.pick(" ", "\n\t", "\r\n  "))
	}
}

// object writes some of the members in any order.
func (g *generator) object(members map[string]func()) {
	// The order of a Go map must not decide what a seed gives.
	names := slices.Sorted(maps.Keys(members))
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	g.list('{', '}', g.IntN(len(names)+1), func(i int) {
		g.quote(names[i])
		g.space()
		g.WriteByte(':')
		g.space()
		members[names[i]]()
	})
}

// mapOf writes names that differ, for encoding/json keeps only one of each.
func (g *generator) mapOf(value func()) {
	count := g.IntN(4)
	if g.IntN(4) == 0 {
		count = g.IntN(40)
	}
	g.list('{', '}', count, func(i int) {
		g.quote(g.name(i))
		g.WriteByte(':')
		g.space()
		value()
	})
}

// name is a name that no other number has: short, long, wide, well known, empty, or one that means
// something elsewhere.
func (g *generator) name(i int) string {
	known := []string{"host", "Content-Type", "cookie", "", "__proto__", "constructor", "toString"}
	switch {
	case i < len(known) && g.IntN(3) == 0:
		return known[i]
	case g.IntN(40) == 0:
		return strings.Repeat(g.pick("n", "é", "名", "\""), 100+g.IntN(2000)) + fmt.Sprint(i)
	default:
		return fmt.Sprint(g.pick("", "x-", "Héader-", "\"", "名"), i)
	}
}

func (g *generator) list(open, end byte, count int, element func(int)) {
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
	g.space()
}

func (g *generator) nullable(value func()) {
	if g.IntN(8) == 0 {
		g.WriteString("null")
	} else {
		value()
	}
}

func (g *generator) scalar() {
	if g.IntN(3) > 0 {
		g.text()
	} else {
		g.WriteString(g.pick("null", "true", "false", "0", "-1.50", "1e400", "12345678901234567890"))
	}
}

func (g *generator) scalarOrList() {
	if g.IntN(3) > 0 {
		g.scalar()
	} else {
		count := g.IntN(4)
		if g.IntN(40) == 0 {
			count = g.IntN(300)
		}
		g.list('[', ']', count, func(int) { g.scalar() })
	}
}

func (g *generator) any(depth int) {
	if depth == 0 || g.IntN(2) == 0 {
		g.scalar()
	} else {
		g.container(depth)
	}
}

func (g *generator) container(depth int) {
	if g.IntN(2) == 0 {
		g.mapOf(func() { g.any(depth - 1) })
	} else {
		g.list('[', ']', g.IntN(4), func(int) { g.any(depth - 1) })
	}
}

var alphabets = [][]rune{
	[]rune("abcXYZ019-_/.:=&%+ "),
	[]rune(`"\/{}[],:` + "\b\f\n\r\t\x00\x1f\x7f"),
	[]rune("éß\u0080\u07ff"),
	[]rune("红色\u0800\u2028\uffff"),
	[]rune("😀𠜎\U0010ffff"),
}

// text writes a string of any length and any characters, most of them of one kind.
func (g *generator) text() {
	length := g.IntN(20)
	if g.IntN(32) == 0 {
		length = g.IntN(1000)
	}
	most := alphabets[g.IntN(len(alphabets))]
	text := make([]rune, length)
	for i := range text {
		alphabet := most
		if g.IntN(20) == 0 {
			alphabet = alphabets[g.IntN(len(alphabets))]
		}
		text[i] = alphabet[g.IntN(len(alphabet))]
	}
	g.quote(string(text))
}

// quote writes a string with as few escapes as there may be, or with many.
func (g *generator) quote(text string) {
	many := g.IntN(4) == 0
	g.WriteByte('"')
	for _, r := range text {
		short := strings.IndexRune("\"\\/\b\f\n\r\t", r)
		switch {
		case short >= 0 && (r != '/' || many) && g.IntN(8) > 0:
			g.WriteByte('\\')
			g.WriteByte(`"\/bfnrt`[short])
		case r < 0x20 || r == '"' || r == '\\' || many && g.IntN(3) == 0:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(g, g.pick(`\u%04x`, `\u%04X`), unit)
			}
		default:
			g.WriteRune(r)
		}
	}
	g.WriteByte('"')
}
