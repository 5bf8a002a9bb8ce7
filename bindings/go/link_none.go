//go:build cgo && !apigw_system && !(linux && (amd64 || arm64))

package apigw

// This name is the message that the compiler prints.
var _ = apigw_has_no_static_library_for_this_platform__install_the_C_library_and_build_with_tags_apigw_system
