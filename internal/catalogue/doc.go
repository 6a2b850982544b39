// Package catalogue is what a tenant sells and works with: providers, packages, programs, products and their types,
// service types, inventory types, bill profiles, processes, custom fields, Lifeline types. Operators load it; the dialect
// and package telecom read it.
//
// A catalogue is small, read on every call and changed by hand now and then. So it is kept as a whole: a revision of it is
// read once, checked once, and shared by everyone until the next revision. Start reading at Catalogue (catalogue.go);
// Entries (entry.go) are what it consists of, Library (library.go) gives the current one, Load (import.go) is the one
// way to change it.
package catalogue
