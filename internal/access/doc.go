// Package access is the product: who may come in, for how long, and on whose behalf.
//
// Its nouns each have a file of their own that holds the type, what makes it valid, and the service that owns its
// rules: tenant.go, agent.go, role.go, account.go, session.go, grant.go, audit.go. A request enters through the Gate
// (gate.go), which turns a Proof into a Caller; what the gate remembers between requests is in memory.go and
// package remember, how a session key is made and read in session_key.go, under which keys in package keyring. What
// has to be kept is asked of a Store (store.go). The package knows nothing of SOAP, SQL or HTML. Start reading at Gate.
package access
