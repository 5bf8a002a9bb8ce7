module apigw/oracle

go 1.26.0

require (
	apigw v0.0.0
	github.com/aws/aws-lambda-go v1.55.1
)

replace apigw => ../
