package events_test

import (
	"fmt"

	"apigw"
	"apigw/scf/events"
)

func ExampleAPIGatewayRequest_Fill() {
	decoder := apigw.NewDecoder()
	// The runtime reads each event into the same buffer, and fills the same request.
	buffer := make([]byte, 0, 64<<10)
	var event apigw.Event
	var request events.APIGatewayRequest
	for _, text := range []string{
		`{"path":"/cats","headers":{"host":"example.com","accept":"*/*"},` +
			`"queryString":{"tag":["black","white"]}}`,
		`{"path":"/dogs","headers":{"host":"example.org"}}`,
	} {
		buffer = append(buffer[:0], text...)
		if err := decoder.DecodeInto(&event, buffer); err != nil {
			fmt.Println(err)
			continue
		}
		request.Fill(event)
		fmt.Println(request.Path, request.Headers, request.QueryString["tag"])
	}
	// Output:
	// /cats map[accept:*/* host:example.com] [black white]
	// /dogs map[host:example.org] []
}
