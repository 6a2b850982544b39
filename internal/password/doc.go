// Package password makes, checks and imports password hashes, and says which new passwords are good enough.
//
// It is a part of the product that stands apart from package access because it is a subject of its own: access asks a
// Hasher and CheckNew, and knows nothing of hash formats. Start reading at Hasher (hasher.go); the formats that can be
// imported are in imported.go, the rules for new passwords in rules.go.
package password
