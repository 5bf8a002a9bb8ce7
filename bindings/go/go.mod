module apigw

go 1.24
