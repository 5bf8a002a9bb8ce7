module apigw/tests/runtimes

go 1.25

require apigw v0.0.0

replace apigw => ../../bindings/go
