// Package storetest is the conformance suite that every storage engine must pass, and the engines to run it on. Only
// tests import it.
//
// Start reading at Run (suite.go): it takes a function that opens an empty store and holds it to every promise of
// access.Store, one file per subject. EachEngine (engine.go) runs a test of any package on SQLite and on PostgreSQL;
// cluster.go starts a PostgreSQL of its own from the installed programs where TEST_PG names none.
package storetest
