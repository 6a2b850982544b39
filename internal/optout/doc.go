// Package optout keeps who is not to be written to, and the proof of it.
//
// It is a part of the product's middle, on top of package access; package messaging asks it before every text. A number is
// closed by an entry on the list that is kept through the API and by operators, or by the person's own word: STOP and its
// family close every path until START (rules L-10). Whatever happens to a number, and every text that was held back from
// it, becomes a record of its chain of evidence, which shows when a record was changed or is missing.
//
// Start reading at OptOuts (list.go), then Closed (closed.go), Evidence (evidence.go) and Read (keyword.go).
package optout
