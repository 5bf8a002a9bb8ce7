//go:build !apigw_system

package apigw

// #cgo CFLAGS: -I${SRCDIR}/internal/clib
// #cgo LDFLAGS: ${SRCDIR}/internal/clib/libapigw_linux_amd64.a -lpthread -ldl
import "C"
