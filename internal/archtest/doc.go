// Package archtest holds tests about the code itself: who may import whom, how long a file and a function may
// be, that packages and exported names say what they are, and where the clock may be read.
//
// Start reading in imports_test.go: the table there is the picture of the house in ARCHITECTURE.md as a Go map.
// Every check is a function from parsed files to complaints, so that each is itself tested on a small broken
// example. Files are read in this process and never by a child process, because the test cache does not see
// what a child reads.
package archtest
