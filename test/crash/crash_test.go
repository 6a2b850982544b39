// Package crash_test kills the built binary under load and looks for what it had acknowledged.
package crash_test

import (
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

const (
	rounds  = 4
	callers = 8
)

func TestAcknowledgedSessionsSurviveKill(t *testing.T) {
	program := binary.Build(t)
	t.Run("SQLite", func(t *testing.T) { killRounds(t, program, t.TempDir()) })
	t.Run("PostgreSQL", func(t *testing.T) { killRounds(t, program, storetest.DurablePostgreSQL(t)) })
}

// killRounds kills and restarts servers on the same data, and prints what each round did.
func killRounds(t *testing.T, program, data string) {
	key := filepath.Join(t.TempDir(), "secret.key")
	server := binary.Serve(t, program, data, key)
	for round := range rounds {
		load := time.Second + rand.N(2*time.Second)
		acknowledged := createUntilKilled(t, server, load)
		server = binary.Serve(t, program, data, key)
		lost := validate(t, server, acknowledged)
		t.Logf("round %d: killed after %v, %d sessions acknowledged (%.0f a second), %d lost", round+1,
			load.Round(time.Millisecond), len(acknowledged), float64(len(acknowledged))/load.Seconds(), lost)
		if len(acknowledged) == 0 || lost > 0 {
			t.Fail()
		}
	}
	if err := server.Stop(); err != nil {
		t.Errorf("the server did not stop in order: %v", err)
	}
}

// createUntilKilled opens sessions from all callers, kills the server in the middle of it, and gives the keys of
// the sessions that were acknowledged. A refusal before the kill fails the test.
func createUntilKilled(t *testing.T, server *binary.Server, load time.Duration) []string {
	t.Helper()
	var killed atomic.Bool
	var some atomic.Bool
	acknowledged := make([][]string, callers)
	var callersDone sync.WaitGroup
	for i := range callers {
		callersDone.Go(func() {
			caller := newCaller(server)
			for {
				key, err := caller.create()
				if err != nil {
					if !killed.Load() {
						t.Errorf("before the kill: %v", err)
					}
					return
				}
				acknowledged[i] = append(acknowledged[i], key)
				some.Store(true)
			}
		})
	}
	time.Sleep(load)
	// A machine may stand still for as long as that. A kill before anything was acknowledged would show nothing.
	for end := time.Now().Add(binary.Patience); !some.Load() && !t.Failed() && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	killed.Store(true)
	server.Kill()
	callersDone.Wait()
	var keys []string
	for _, mine := range acknowledged {
		keys = append(keys, mine...)
	}
	return keys
}

// validate counts the keys that the server does not know any more.
func validate(t *testing.T, server *binary.Server, keys []string) (lost int) {
	t.Helper()
	var missing atomic.Int64
	var callersDone sync.WaitGroup
	for i := range callers {
		callersDone.Go(func() {
			caller := newCaller(server)
			for k := i; k < len(keys); k += callers {
				if err := caller.validate(keys[k]); err != nil {
					if missing.Add(1) == 1 {
						t.Errorf("an acknowledged session is gone: %v", err)
					}
				}
			}
		})
	}
	callersDone.Wait()
	return int(missing.Load())
}
