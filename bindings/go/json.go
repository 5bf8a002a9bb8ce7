//go:build cgo

package apigw

// MarshalJSON is the normalised form of the event, an object with the event's fields under these names, in this order,
// absent ones left out:
//
//	dialect, method, path, route, route_method, stage, request_id, service_id, service_name, source_ip, secret_id,
//	domain_name, account_id, raw_query, websocket_phase, websocket_action, connection_id, data_type,
//	websocket_protocol, websocket_extensions, headers, query, path_parameters, declared_query, declared_headers,
//	stage_variables, body_kind, body, extras, context_extras, identity_extras, websocket_extras
//
// A map is an array of [name, value] in order, with null for the value of a bare name.
func (e Event) MarshalJSON() ([]byte, error) {
	return e.AppendJSON(nil), nil
}

// AppendJSON appends what [Event.MarshalJSON] gives.
func (e Event) AppendJSON(to []byte) []byte {
	t := e.fields()
	w := jsonWriter{event: e, text: append(to, `{"dialect":"`+e.Dialect().String()+`"`...)}
	w.string("method", t.method)
	w.string("path", t.path)
	w.string("route", t.route)
	w.string("route_method", t.routeMethod)
	w.string("stage", t.stage)
	w.string("request_id", t.requestID)
	w.string("service_id", t.serviceID)
	w.string("service_name", t.serviceName)
	w.string("source_ip", t.sourceIP)
	w.string("secret_id", t.secretID)
	w.string("domain_name", t.domainName)
	w.string("account_id", t.accountID)
	w.string("raw_query", t.rawQuery)
	if phase := e.WebSocketPhase(); phase != WebSocketNone {
		w.member("websocket_phase", phase.String())
	}
	w.string("websocket_action", t.webSocketAction)
	w.string("connection_id", t.connectionID)
	w.string("data_type", t.dataType)
	w.string("websocket_protocol", t.webSocketProtocol)
	w.string("websocket_extensions", t.webSocketExtensions)
	w.pairs("headers", t.headers)
	w.pairs("query", t.query)
	w.pairs("path_parameters", t.pathParameters)
	w.pairs("declared_query", t.declaredQuery)
	w.pairs("declared_headers", t.declaredHeaders)
	w.pairs("stage_variables", t.stageVariables)
	if kind := e.BodyKind(); kind != BodyAbsent {
		w.member("body_kind", kind.String())
	}
	w.string("body", t.body)
	w.extras("extras", t.extras)
	w.extras("context_extras", t.contextExtras)
	w.extras("identity_extras", t.identityExtras)
	w.extras("websocket_extras", t.webSocketExtras)
	return append(w.text, '}')
}

type jsonWriter struct {
	event Event
	text  []byte
}

func (w *jsonWriter) name(name string) {
	w.text = append(w.text, `,"`+name+`":`...)
}

func (w *jsonWriter) member(name, value string) {
	w.name(name)
	w.text = appendJSONString(w.text, value)
}

func (w *jsonWriter) string(name string, s span) {
	if s.off != none {
		w.member(name, w.event.string(s))
	}
}

func (w *jsonWriter) pairs(name string, r pairRange) {
	if r.first == none {
		return
	}
	w.name(name)
	w.text = append(w.text, '[')
	pairs := w.event.slice(r)
	for i := range pairs {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		w.text = append(appendJSONString(append(w.text, '['), w.event.name(&pairs[i])), ',')
		if pairs[i].valueOff == none {
			w.text = append(w.text, "null]"...)
		} else {
			w.text = append(appendJSONString(w.text, w.event.value(&pairs[i])), ']')
		}
	}
	w.text = append(w.text, ']')
}

func (w *jsonWriter) extras(name string, r pairRange) {
	if r.first != none && r.count != 0 {
		w.pairs(name, r)
	}
}

// appendJSONString escapes what RFC 8259 section 7 demands and nothing else: encoding/json escapes more.
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
