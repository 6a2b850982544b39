package revio

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/problem"
)

func TestTheDeclarationsCanBePutOnTheWire(t *testing.T) {
	if _, err := New(Deps{Access: &access.Services{}}); err != nil {
		t.Fatal(err)
	}
}

func TestEveryOperationNeedsProof(t *testing.T) {
	for _, op := range (&dialect{}).operations() {
		if !op.NeedsProof() {
			t.Errorf("%s can be called by anybody", op.Name())
		}
	}
}

func TestEveryProblemHasItsWireCode(t *testing.T) {
	returned := map[string]bool{}
	for _, code := range problem.All() {
		wire, ok := wireCodes[code]
		if code == problem.Internal || code == problem.NothingToOrder { // answer without a code, on purpose
			if ok {
				t.Errorf("problem %s has the wire code %s", code, wire)
			}
			continue
		}
		if !ok {
			t.Errorf("problem %s has no wire code", code)
		}
		if _, known := wireErrors[wire]; !known {
			t.Errorf("problem %s answers with %q, which seed 001 doesn't list", code, wire)
		}
		returned[wire] = true
	}
	marked := map[string]bool{}
	for code, e := range wireErrors {
		if e.returned {
			marked[code] = true
		}
	}
	if diff := cmp.Diff(returned, marked); diff != "" {
		t.Errorf("codes that operations return (-) and codes marked so (+):\n%s", diff)
	}
}

func TestAllFiftySixCodesOfSeed001AreThere(t *testing.T) {
	if len(wireErrors) != 56 {
		t.Errorf("%d codes", len(wireErrors))
	}
	for code, e := range wireErrors {
		if e.description == "" {
			t.Errorf("%s has no description", code)
		}
	}
}

func TestC6DebugMasksSecretsAndLeavesTheRequestAlone(t *testing.T) {
	req := &sessionsCreateRequest{}
	req.Credentials = &credentialAuthentication{Username: "ann", Password: "pässwort", Client: "C", ImpersonationKey: "abcd"}
	req.Session = &sessionKeyAuthentication{SessionKey: "12345"}
	var resp sessionsCreateResponse
	resp.echo(req)
	got := resp.Debug.Request
	want := credentialAuthentication{Username: "ann", Password: "********", Client: "C", ImpersonationKey: "****"}
	if *got.Credentials != want || got.Session.SessionKey != "*****" {
		t.Errorf("echoed %+v %+v", got.Credentials, got.Session)
	}
	if req.Credentials.Password != "pässwort" || req.Session.SessionKey != "12345" {
		t.Error("the request itself was changed")
	}
}
