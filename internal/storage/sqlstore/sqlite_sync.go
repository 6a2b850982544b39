//go:build !weak_sync

package sqlstore

// synchronous has every commit wait until the disk says that it has it (design §6, "Durable before acknowledged").
const synchronous = "FULL"
