package server

import (
	"context"

	"latchkey/internal/problem"
)

// mostLooks bounds how often demo data are looked for again; there are fewer parts of them.
const mostLooks = 50

// SeedDemo puts the demo data into a house, or finds it there. Several nodes may do it at once.
func (h *House) SeedDemo(ctx context.Context) (Demo, error) {
	demo, err := h.seedDemo(ctx)
	for looks := 1; looks < mostLooks && problem.Has(err, problem.AlreadyExists); looks++ {
		demo, err = h.seedDemo(ctx) // another node has just added what was missing here
	}
	return demo, err
}
