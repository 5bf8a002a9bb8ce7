//go:build cgo

package apigw

import "strconv"

// MarshalJSON is the normalised form of the event, an object with the event's fields under these
// names, in this order, absent ones left out:
//
//	dialect, time_ms, path_decoded, method, path, full_path, route, route_method, route_key, stage,
//	request_id, api_id, service_name, domain_name, account_id, source_ip, user_agent, protocol,
//	secret_id, raw_query, authorizer, client_certificate, websocket_phase, event_type,
//	connection_id, message_id, data_type, websocket_protocol, websocket_extensions, headers, query,
//	path_parameters, stage_variables, cookie_list, declared_query, declared_headers,
//	single_headers, single_query, body_kind, body, extras, context_extras, identity_extras,
//	http_extras, websocket_extras
//
// A map is an array of [name, value] in order, with null for the value of a bare name.
func (e Event) MarshalJSON() ([]byte, error) {
	return e.AppendJSON(nil), nil
}

// AppendJSON appends what [Event.MarshalJSON] gives.
func (e Event) AppendJSON(to []byte) []byte {
	w := jsonWriter{event: e, text: append(to, `{"dialect":"`+e.Dialect().String()+`"`...)}
	if time := e.TimeMS(); time != 0 {
		w.name("time_ms")
		w.text = strconv.AppendUint(w.text, time, 10)
	}
	if e.IsPathDecoded() {
		w.name("path_decoded")
		w.text = append(w.text, "true"...)
	}
	for _, field := range stringFields {
		if field.words == eventTypeWords {
			w.phase()
		}
		w.string(field.name, field.words)
	}
	for _, field := range mapFields {
		w.pairs(field.name, field.words)
	}
	if kind := e.BodyKind(); kind != BodyAbsent {
		w.member("body_kind", kind.String())
	}
	w.string("body", bodyWords)
	for _, field := range extrasFields {
		w.extras(field.name, field.words)
	}
	return append(w.text, '}')
}

type jsonWriter struct {
	event Event
	text  []byte
}

func (w *jsonWriter) phase() {
	if phase := w.event.WebSocketPhase(); phase != WebSocketNone {
		w.member("websocket_phase", phase.String())
	}
}

func (w *jsonWriter) name(name string) {
	w.text = append(w.text, `,"`+name+`":`...)
}

func (w *jsonWriter) member(name, value string) {
	w.name(name)
	w.text = appendJSONString(w.text, value)
}

func (w *jsonWriter) string(name string, s stringWords) {
	if w.event.has(s) {
		w.member(name, w.event.string(s))
	}
}

func (w *jsonWriter) pairs(name string, m mapWords) {
	pairs := w.event.table.pairRange(m)
	if pairs.isAbsent {
		return
	}
	w.name(name)
	w.text = append(w.text, '[')
	for i := range pairs.count {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		pair := w.event.table.pair(pairs.first + i)
		w.text = append(appendJSONString(append(w.text, '['), w.event.name(pair)), ',')
		if pair.valueOff == none {
			w.text = append(w.text, "null]"...)
		} else {
			w.text = append(appendJSONString(w.text, w.event.value(pair)), ']')
		}
	}
	w.text = append(w.text, ']')
}

func (w *jsonWriter) extras(name string, m mapWords) {
	if w.event.table.pairRange(m).count != 0 {
		w.pairs(name, m)
	}
}

// appendJSONString escapes what RFC 8259 section 7 demands and nothing else: encoding/json escapes
// more.
func appendJSONString(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		to = append(to, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\b':
			to = append(to, `\b`...)
		case '\t':
			to = append(to, `\t`...)
		case '\n':
			to = append(to, `\n`...)
		case '\f':
			to = append(to, `\f`...)
		case '\r':
			to = append(to, `\r`...)
		default:
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(to, s[done:]...), '"')
}
