//go:build apigw_system

package apigw

// #cgo pkg-config: apigw
import "C"
