//go:build !cgo

package apigw

// This name is the message that the compiler prints.
var _ = apigw_needs_cgo__set_CGO_ENABLED_to_1_and_install_a_C_compiler
