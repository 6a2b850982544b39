package sqlstore_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/keyring"
	"latchkey/internal/messaging"
	"latchkey/internal/optout"
	"latchkey/internal/storage/sqlstore"
	"latchkey/internal/storage/storetest"
)

// newEvidence makes a store with three numbers that have three records each.
func newEvidence(t *testing.T, data string) (*sqlstore.Store, *messaging.Services) {
	t.Helper()
	s := storetest.Open(t, data)
	line, err := keyring.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	services, err := messaging.New(messaging.Deps{
		Store: s.Messaging(), Keys: keys, Now: time.Now, Random: rand.Reader, Settings: messaging.DefaultSettings(),
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	addTenant(t, s, "one")
	one, err := access.Read(t.Context(), s, func(r access.Records) (access.Tenant, error) { return r.TenantByCode(t.Context(), "one") })
	if err != nil {
		t.Fatal(err)
	}
	tenant := one.ID
	numbers := []string{"8504700001", "8504700002", "8504700003"}
	by := access.CommandLine("test")
	for _, err := range []error{
		services.OptOuts.AddFor(t.Context(), by, tenant, numbers, "asked by telephone"),
		services.OptOuts.RemoveFor(t.Context(), by, tenant, numbers, "asked again"),
		services.OptOuts.AddFor(t.Context(), by, tenant, numbers, "and again"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s, services
}

// faults verifies and gives what was found as "number/sequence".
func faults(t *testing.T, services *messaging.Services) []string {
	t.Helper()
	verdict, err := services.Evidence.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, f := range verdict.Faults {
		found = append(found, fmt.Sprintf("%s/%d", f.Number, f.Seq))
	}
	return found
}

func TestChangedEvidenceIsNamed(t *testing.T) {
	const second = " WHERE number_key = '+18504700002' AND seq = 2"
	changes := map[string]struct {
		sql  string
		want string
	}{
		"words":            {"UPDATE evidence SET words = 'asked agbin'" + second, "+18504700002/2"},
		"kind":             {"UPDATE evidence SET kind = 'added'" + second, "+18504700002/2"},
		"source":           {"UPDATE evidence SET source = 'person'" + second, "+18504700002/2"},
		"time":             {"UPDATE evidence SET at = at + 1" + second, "+18504700002/2"},
		"who":              {"UPDATE evidence SET name = 'rest'" + second, "+18504700002/2"},
		"subject":          {"UPDATE evidence SET subject_id = 1" + second, "+18504700002/2"},
		"actor":            {"UPDATE evidence SET actor_id = 1" + second, "+18504700002/2"},
		"door":             {"UPDATE evidence SET door = ''" + second, "+18504700002/2"},
		"peer":             {"UPDATE evidence SET peer = '192.0.2.1'" + second, "+18504700002/2"},
		"profile":          {"UPDATE evidence SET profile_id = 1" + second, "+18504700002/2"},
		"message":          {"UPDATE evidence SET message_id = 1" + second, "+18504700002/2"},
		"inbound":          {"UPDATE evidence SET inbound_id = 1" + second, "+18504700002/2"},
		"previous":         {"UPDATE evidence SET previous = seal" + second, "+18504700002/2"},
		"seal":             {"UPDATE evidence SET seal = previous" + second, "+18504700002/2"},
		"key":              {"UPDATE evidence SET key_id = 'another'" + second, "+18504700002/2"},
		"a missing record": {"DELETE FROM evidence" + second, "+18504700002/3"},
		"a missing first":  {"DELETE FROM evidence WHERE number_key = '+18504700002' AND seq = 1", "+18504700002/2"},
		"a missing tail":   {"DELETE FROM evidence WHERE number_key = '+18504700002' AND seq = 3", "+18504700002/2"},
		"a missing chain":  {"DELETE FROM evidence WHERE number_key = '+18504700002'", "+18504700002/0"},
		"a missing end":    {"DELETE FROM evidence_heads WHERE number_key = '+18504700002'", "+18504700002/3"},
		"a changed end":    {"UPDATE evidence_heads SET seq = 2 WHERE number_key = '+18504700002'", "+18504700002/3"},
		"a list cut":       {"UPDATE opt_outs SET number_key = 'hidden' WHERE number_key = '+18504700002'", "+18504700002/3 hidden/0"},
		"a list invented":  {"UPDATE opt_outs SET person = 1, source = 'person' WHERE number_key = '+18504700002'", "+18504700002/3"},
		"all of a number": {"DELETE FROM evidence WHERE number_key = '+18504700002'; " +
			"DELETE FROM evidence_heads WHERE number_key = '+18504700002'", "+18504700002/0"},
		"another's number": {"UPDATE evidence SET number_key = '+18504700009'" + second, "+18504700002/3 +18504700009/2"},
	}
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s, services := newEvidence(t, data)
		same(t, faults(t, services), []string{})
		for name, change := range changes {
			t.Run(name, func(t *testing.T) {
				backup := dumpEvidence(t, s)
				for text := range strings.SplitSeq(change.sql, "; ") {
					if err := sqlstore.Exec(t.Context(), s, text); err != nil {
						t.Fatal(err)
					}
				}
				if got := fmt.Sprint(faults(t, services)); got != "["+change.want+"]" {
					t.Errorf("found %s, want %s", got, change.want)
				}
				backup()
				same(t, faults(t, services), []string{})
			})
		}
	})
}

// dumpEvidence keeps copies of the evidence and gives the way back to them.
func dumpEvidence(t *testing.T, s *sqlstore.Store) (restore func()) {
	t.Helper()
	run := func(texts ...string) {
		t.Helper()
		for _, text := range texts {
			if err := sqlstore.Exec(t.Context(), s, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	run("CREATE TABLE kept AS SELECT * FROM evidence", "CREATE TABLE kept_heads AS SELECT * FROM evidence_heads",
		"CREATE TABLE kept_list AS SELECT * FROM opt_outs")
	return func() {
		t.Helper()
		run("DELETE FROM evidence", "DELETE FROM evidence_heads", "INSERT INTO evidence SELECT * FROM kept",
			"INSERT INTO evidence_heads SELECT * FROM kept_heads", "DELETE FROM opt_outs", "INSERT INTO opt_outs SELECT * FROM kept_list",
			"DROP TABLE kept", "DROP TABLE kept_heads", "DROP TABLE kept_list")
	}
}

func TestEvidenceIsReadSomeAtATime(t *testing.T) {
	storetest.EachEngine(t, func(t *testing.T, data string) {
		s, _ := newEvidence(t, data)
		err := s.Messaging().View(t.Context(), func(r messaging.Records) error {
			var seen []string
			for after, more := (optout.Place{}), true; more; {
				records, err := r.EvidenceRecords(t.Context(), after, 2)
				if err != nil {
					return err
				}
				for _, record := range records {
					seen = append(seen, fmt.Sprintf("%s/%d", record.Number[8:], record.Seq))
					after = optout.Place{Tenant: record.TenantID, Number: record.Number, Seq: record.Seq}
				}
				more = len(records) > 0
			}
			same(t, seen, []string{"0001/1", "0001/2", "0001/3", "0002/1", "0002/2", "0002/3", "0003/1", "0003/2", "0003/3"})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
