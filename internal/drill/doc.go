// Package drill shows an operator, on their own machine, what the program does when things go wrong: servers that are
// killed, a node that dies, callers that mean harm. It starts children of the program on a store that holds nothing else,
// puts a load on them over the wire, does the harm, and counts what became of everything that was acknowledged.
//
// It knows the product from outside only, as its users do: the wire, the commands, the files. So it imports nothing of
// ours, and what it finds does not rest on the code that it examines.
//
// Start reading at Crash.Run, Nodes.Run and Flood.Run, one file each. Place is where a drill works, child a running
// server, caller somebody who calls it, ledger what was acknowledged and has to be found again, Report what is printed.
package drill
