//go:build weak_invalidation

package sqlstore

import "context"

// notify tells nobody: other nodes go on believing what they remember. This build is for drills, which have to notice.
func (e *postgresEngine) notify(context.Context, *tx) error { return nil }
