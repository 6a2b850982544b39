// Package messaging is texts: who may be written to, what is kept of it, and what becomes of a text on its way.
//
// It is a part of the product's middle, on top of package access, and built like a payment path: a text that is lost, sent
// twice, or sent to somebody who said STOP is the operator's legal problem. A text is stored and acknowledged in one
// transaction (Messages.Send), claimed by a guarded statement and carried to its gateway by the Dispatcher, and moved on
// by receipts (Inbox of reports, Receiver). Profiles say from which number and over which gateway; OptOuts who is not to be
// written to; Evidence keeps a chained trail of that per number; Events send texts by themselves.
//
// Start reading at Messages (message.go), then Dispatcher (dispatcher.go). What carries texts stands behind Gateway
// (gateway.go); what the store promises is in store.go.
package messaging
