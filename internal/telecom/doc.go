// Package telecom is the telecom core: customers, their services, products, inventory, orders, transactions and notes,
// and the rules by which they change. What can be sold and used stands in package catalogue.
//
// Everything belongs to one tenant; nobody sees another's records. Every change locks its customer first, writes one audit
// row per record it changes and tells what happened by an announcement, all in one transaction. Start reading at Services
// (services.go); the life of a service is in order.go and completion.go, the store's promises are in store.go.
package telecom
