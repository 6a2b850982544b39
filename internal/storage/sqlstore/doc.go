// Package sqlstore keeps everything: the one implementation of the stores of the product, over SQLite in a folder or
// PostgreSQL behind a URL.
//
// Start reading at Open (open.go), then Store (store.go): View reads one consistent state, Update applies one
// transaction or nothing. What a transaction can do is the type tx (tx.go); its methods stand in one file per noun
// (tenants.go, sessions.go, …) and call the fixed statements of query/*.sql through sqlgen, or, where filters are
// optional, the builder in search.go. What is only ever read as a whole is kept as JSON (json.go). SQL is written once for
// both engines; what differs lives in sqlite.go with its writer (sqlite_writer.go) and in postgres.go with its listener
// (postgres_listener.go). The schema is migration/<engine>, applied by schema.go. Export and Import (archive.go) move a
// store between engines.
package sqlstore
