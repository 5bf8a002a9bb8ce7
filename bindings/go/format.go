//go:build cgo

package apigw

import "log/slog"

// String is a line about the event, such as "GET /cats (tencent-api-gateway)".
func (e Event) String() string {
	what := ""
	switch {
	case e.Method() != "":
		what = e.Method() + " " + e.Path() + " "
	case e.EventType() != "":
		what = e.EventType() + " " + e.ConnectionID() + " "
	}
	return what + "(" + e.Dialect().String() + ")"
}

// LogValue returns a group of values that are seldom secret: no header, query or body, but the
// length of the body in the event.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("dialect", e.Dialect().String())}
	for _, field := range []struct{ name, value string }{
		{"method", e.Method()},
		{"path", e.Path()},
		{"route", e.Route()},
		{"stage", e.Stage()},
		{"request_id", e.RequestID()},
		{"api_id", e.APIID()},
		{"source_ip", e.SourceIP()},
		{"event_type", e.EventType()},
		{"connection_id", e.ConnectionID()},
	} {
		if field.value != "" {
			attrs = append(attrs, slog.String(field.name, field.value))
		}
	}
	return slog.GroupValue(append(attrs, slog.Int("body_len", len(e.Body())))...)
}
