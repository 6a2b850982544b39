package catalogue

import "latchkey/internal/problem"

// FirstPhase gives the phase in which something begins that goes through a process; zero for process zero, and for one without
// phases. NoSuchProcess.
func (c *Catalogue) FirstPhase(id ProcessID) (PhaseID, error) {
	p, ok := c.Process(id)
	switch {
	case !ok && id != 0:
		return 0, problem.New(problem.NoSuchProcess, "There is no process %d.", id)
	case len(p.Phases) == 0:
		return 0, nil
	default:
		return p.Phases[0].ID, nil
	}
}

// PhasesToDecide gives the phases of all processes in which there is a route to decide on.
func (c *Catalogue) PhasesToDecide() (phases []PhaseID) {
	for _, process := range c.entries.Processes {
		for _, phase := range process.Phases {
			if len(phase.Routes) > 0 {
				phases = append(phases, phase.ID)
			}
		}
	}
	return phases
}
