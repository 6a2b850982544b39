//go:build !linux

package main

import (
	"errors"
	"time"
)

// run needs epoll.
func (load) run(time.Duration) (result, error) {
	return result{}, errors.New("the load is made with epoll: this runs on Linux only")
}
