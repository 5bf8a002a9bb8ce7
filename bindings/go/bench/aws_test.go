package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"apigw/aws/events"

	lambda "github.com/aws/aws-lambda-go/events"
)

// headers is what browsers and tools send, and what AWS adds. Each event has some of them, with
// other values.
var headers = [...][2]string{
	{"accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"},
	{"accept-encoding", "gzip, deflate, br, zstd"}, {"accept-language", "en-GB,en;q=0.9,de;q=0.8"},
	{"cache-control", "max-age=0"}, {"content-type", "application/json"}, {"origin", "https://%s.example.com"},
	{"cookie", "session=%s; theme=dark; _ga=GA1.2.%s"}, {"referer", "https://www.example.com/%s"},
	{"host", "%s.execute-api.eu-west-1.amazonaws.com"}, {"priority", "u=0, i"},
	{"sec-ch-ua", `"Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"`},
	{"sec-ch-ua-mobile", "?0"}, {"sec-ch-ua-platform", `"Windows"`}, {"sec-fetch-dest", "document"},
	{"sec-fetch-mode", "navigate"}, {"sec-fetch-site", "none"}, {"sec-fetch-user", "?1"},
	{"upgrade-insecure-requests", "1"}, {"x-amzn-trace-id", "Root=1-5e66d96f-%s"},
	{"user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0"},
	{"x-forwarded-for", "203.0.113.9, 130.176.1.2"}, {"x-forwarded-port", "443"},
	{"x-forwarded-proto", "https"}, {"authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.%s.%s"},
	{"via", "2.0 %s.cloudfront.net (CloudFront)"}, {"x-request-id", "%s"},
}

// awsEvents is events of a kind that all differ.
func awsEvents(b *testing.B, kind string) [][]byte {
	b.Helper()
	g := rand.New(rand.NewPCG(1, uint64(len(kind))))
	all := make([][]byte, 1000)
	for i := range all {
		text, err := json.Marshal(awsEvent(g, kind))
		if err != nil {
			b.Fatal(err)
		}
		all[i] = text
	}
	return all
}

func awsEvent(g *rand.Rand, kind string) any {
	random := func() string { return fmt.Sprintf("%x", g.Uint64()) }
	one, many := map[string]string{}, map[string][]string{}
	for _, i := range g.Perm(len(headers))[:14+g.IntN(12)] {
		value := headers[i][1]
		for strings.Contains(value, "%s") {
			value = strings.Replace(value, "%s", random(), 1)
		}
		one[headers[i][0]], many[headers[i][0]] = value, []string{value}
	}
	query, queries := map[string]string{}, map[string][]string{}
	for _, name := range []string{"page", "tag", "utm_source"}[:g.IntN(4)] {
		query[name], queries[name] = random(), []string{random()}
	}
	body := ""
	if g.IntN(2) == 0 {
		body = fmt.Sprintf(`{"name":"tom","tags":["black","white"],"note":%q}`,
			strings.Repeat(random()+" ", g.IntN(60)))
	}
	path := "/cats/" + random()
	switch kind {
	case "rest":
		r := lambda.APIGatewayProxyRequest{Resource: "/cats/{id}", Path: path, HTTPMethod: "POST",
			Headers: one, MultiValueHeaders: many, QueryStringParameters: query,
			MultiValueQueryStringParameters: queries, PathParameters: map[string]string{"id": path[6:]},
			Body: body}
		r.RequestContext = lambda.APIGatewayProxyRequestContext{AccountID: "123456789012",
			ResourceID: "a1b2c3", Stage: "prod", DomainName: one["host"], DomainPrefix: "a1",
			RequestID: random(), ExtendedRequestID: random(), Protocol: "HTTP/1.1",
			ResourcePath: "/cats/{id}", Path: "/prod" + path, HTTPMethod: "POST",
			RequestTime: "04/Mar/2020:19:15:17 +0000", RequestTimeEpoch: g.Int64N(1 << 41), APIID: "a1b2"}
		r.RequestContext.Identity.SourceIP = "203.0.113.9"
		r.RequestContext.Identity.UserAgent = one["user-agent"]
		return r
	case "alb":
		return lambda.ALBTargetGroupRequest{HTTPMethod: "POST", Path: path, MultiValueHeaders: many,
			MultiValueQueryStringParameters: queries, Body: body,
			RequestContext: lambda.ALBTargetGroupRequestContext{ELB: lambda.ELBContext{
				TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/" + random()}}}
	default:
		r := lambda.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "POST /cats/{id}", RawPath: path,
			RawQueryString: "page=" + random(), Cookies: []string{"session=" + random(), "theme=dark"},
			Headers: one, QueryStringParameters: query, PathParameters: map[string]string{"id": path[6:]},
			Body: body}
		r.RequestContext = lambda.APIGatewayV2HTTPRequestContext{RouteKey: r.RouteKey,
			AccountID: "123456789012", Stage: "$default", RequestID: random(), APIID: "a1b2",
			DomainName: one["host"], DomainPrefix: "a1", Time: "12/Mar/2020:19:03:58 +0000",
			TimeEpoch: g.Int64N(1 << 41)}
		r.RequestContext.HTTP.Method, r.RequestContext.HTTP.Path = "POST", path
		r.RequestContext.HTTP.Protocol, r.RequestContext.HTTP.SourceIP = "HTTP/1.1", "203.0.113.9"
		r.RequestContext.HTTP.UserAgent = one["user-agent"]
		return r
	}
}

// The types of aws-lambda-go. The peers fill those of the library, which are the same.
func BenchmarkAWS(b *testing.B) {
	awsKind(b, "rest", (*events.APIGatewayProxyRequest).UnmarshalJSON,
		(*events.APIGatewayProxyRequest).Refill,
		func(r *events.APIGatewayProxyRequest) {
			r.Headers, r.MultiValueHeaders = copied(r.Headers), copied(r.MultiValueHeaders)
			r.QueryStringParameters = copied(r.QueryStringParameters)
			r.MultiValueQueryStringParameters = copied(r.MultiValueQueryStringParameters)
			r.PathParameters = copied(r.PathParameters)
		},
		func(r *events.APIGatewayProxyRequest) int { return len(r.Headers) + len(r.Body) + len(r.Path) },
		func(r *lambda.APIGatewayProxyRequest) int { return len(r.Headers) + len(r.Body) + len(r.Path) })
	awsKind(b, "http", (*events.APIGatewayV2HTTPRequest).UnmarshalJSON,
		(*events.APIGatewayV2HTTPRequest).Refill,
		func(r *events.APIGatewayV2HTTPRequest) {
			r.Headers, r.QueryStringParameters = copied(r.Headers), copied(r.QueryStringParameters)
			r.PathParameters, r.Cookies = copied(r.PathParameters), slices.Clone(r.Cookies)
		},
		func(r *events.APIGatewayV2HTTPRequest) int {
			return len(r.Headers) + len(r.Body) + len(r.RawPath)
		},
		func(r *lambda.APIGatewayV2HTTPRequest) int {
			return len(r.Headers) + len(r.Body) + len(r.RawPath)
		})
	awsKind(b, "alb", (*events.ALBTargetGroupRequest).UnmarshalJSON,
		(*events.ALBTargetGroupRequest).Refill,
		func(r *events.ALBTargetGroupRequest) {
			r.MultiValueHeaders = copied(r.MultiValueHeaders)
			r.MultiValueQueryStringParameters = copied(r.MultiValueQueryStringParameters)
		},
		func(r *events.ALBTargetGroupRequest) int { return len(r.MultiValueHeaders) + len(r.Body) },
		func(r *lambda.ALBTargetGroupRequest) int { return len(r.MultiValueHeaders) + len(r.Body) })
}

// copied is a map of fresh memory, made as fast as Go can, and the lists of a map in one block.
func copied[V any](from map[string]V) map[string]V {
	to := make(map[string]V, len(from))
	for name, value := range from {
		to[name] = value
	}
	return to
}

func awsKind[Ours, Theirs any](b *testing.B, kind string, unmarshal, refill func(*Ours,
	[]byte) error,
	copyMaps func(*Ours), ours func(*Ours) int, theirs func(*Theirs) int) {
	all := awsEvents(b, kind)
	var recycled Ours
	readers := []reader{{"apigw", func(data []byte) (int, error) {
		var request Ours
		err := unmarshal(&request, data)
		return ours(&request), err
	}}, {"apigw-pooled", func(data []byte) (int, error) {
		err := refill(&recycled, data)
		return ours(&recycled), err
	}}, {"apigw-json", func(data []byte) (int, error) {
		var request Ours
		err := json.Unmarshal(data, &request)
		return ours(&request), err
	}}}
	for _, it := range libraries {
		readers = append(readers, filled(it, "", theirs))
	}
	// No reader: the copy of the document and of the maps.
	decoded := map[*byte]*Ours{}
	readers = append(readers, reader{"floor", func(data []byte) (int, error) {
		block = bytes.Clone(data)
		request := decoded[&data[0]]
		if request == nil {
			request = new(Ours)
			decoded[&data[0]] = request
			if err := unmarshal(request, data); err != nil {
				return 0, err
			}
		}
		fresh := *request
		copyMaps(&fresh)
		return ours(&fresh), nil
	}})
	for _, reader := range readers {
		b.Run("event=aws-"+kind+"/reader="+reader.name, func(b *testing.B) {
			size := 0
			for _, data := range all {
				size += len(data)
				want, _ := readers[0].read(data)
				if got, err := reader.read(data); err != nil || got != want {
					b.Fatalf("%d and not %d, error %v", got, want, err)
				}
			}
			b.SetBytes(int64(size / len(all)))
			i := 0
			measure(b, func() error {
				i++
				_, err := reader.read(all[i%len(all)])
				return err
			})
		})
	}
}
