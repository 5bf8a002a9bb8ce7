// Package clib holds the C library and its header, put here by packaging/go.sh. It is a package
// because `go mod vendor` takes along no other folders.
package clib
