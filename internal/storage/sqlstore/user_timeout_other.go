//go:build !linux

package sqlstore

import "syscall"

// boundUnacknowledged does nothing where there is no such setting.
func boundUnacknowledged(string, string, syscall.RawConn) error { return nil }
