package server

import "runtime"

// ballastBytes is what the collector counts as in use and nobody ever touches, so that it takes no memory. Without it the
// heap of a server with few sessions is so small that the collector runs dozens of times a second under load (decision 53).
const ballastBytes = 64 << 20

// carryBallast keeps the ballast until the function that it gives is called.
func carryBallast() (drop func()) {
	ballast := make([]byte, ballastBytes)
	return func() { runtime.KeepAlive(ballast) }
}
