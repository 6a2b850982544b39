// Command latchkey is the whole program: the server and its command line. Start reading at package cli.
package main

import (
	"os"
	_ "time/tzdata" // so that zones are known on machines without a zone database

	"latchkey/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:]))
}
