package cli

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestOrderPlaceTakesTheFlagsOfItsTypeOnly gives each flag to each type of order: what a type has no use for is not dropped but
// refused, as the order would do something else than was asked.
func TestOrderPlaceTakesTheFlagsOfItsTypeOnly(t *testing.T) {
	flags := map[string]struct{ given, types string }{
		"service":       {"--service=1", "CHANGE_FEATURE DISCONNECT DENY RESTORE"},
		"whole-account": {"--whole-account", "DISCONNECT DENY RESTORE"},
		"package":       {"--package=1", "ADD_LINE"},
		"service-type":  {"--service-type=1", "ADD_LINE"},
		"provider":      {"--provider=1", "ADD_LINE"},
		"add":           {"--add=1", "ADD_LINE CHANGE_FEATURE"},
		"rate":          {"--rate=1=2", "CHANGE_FEATURE"},
		"remove":        {"--remove=1", "CHANGE_FEATURE"},
		"suspend":       {"--suspend=ALL", "DENY"},
		"inventory":     {"--inventory=AVAILABLE", "DISCONNECT"},
		"process":       {"--process=1", "ADD_LINE CHANGE_FEATURE DISCONNECT DENY RESTORE"},
		"description":   {"--description=x", "ADD_LINE CHANGE_FEATURE DISCONNECT DENY RESTORE"},
	}
	enough := map[string]string{
		"ADD_LINE": "--package=1", "CHANGE_FEATURE": "--service=1", "DISCONNECT": "--service=1", "DENY": "--whole-account", "RESTORE": "--service=1",
	}
	for name, flag := range flags {
		for kind, first := range enough {
			t.Run(fmt.Sprintf("--%s with %s", name, kind), func(t *testing.T) {
				args := []string{"order", "place", "ACME", "1001", kind, flag.given}
				if !strings.HasPrefix(first, "--service") && name != "service" || name != "service" && name != "whole-account" {
					args = append(args, first)
				}
				_, err := newParser().Parse(args)
				takes := strings.Contains(" "+flag.types+" ", " "+kind+" ")
				if takes && err != nil {
					t.Errorf("refused: %v", err)
				}
				if want := "--" + name + " goes with "; !takes && (err == nil || exitCode(err) != exitUsage || !strings.Contains(err.Error(), want)) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			})
		}
	}
}

func TestOrderPlaceWantsToKnowHowFarItReaches(t *testing.T) {
	for _, kind := range []string{"DISCONNECT", "DENY", "RESTORE"} {
		for _, reach := range []string{"", "--service=1 --whole-account"} {
			args := strings.Fields("order place ACME 1001 " + kind + " " + reach)
			if _, err := newParser().Parse(args); err == nil || exitCode(err) != exitUsage || !strings.Contains(err.Error(), "--whole-account") {
				t.Errorf("%v: %v", args, err)
			}
		}
	}
}

// TestOrderPlaceKnowsEveryFlag finds a flag that was added and says nowhere with which types it goes.
func TestOrderPlaceKnowsEveryFlag(t *testing.T) {
	arguments := reflect.ValueOf(struct {
		whose
		Tenant   string
		Customer int64
		Type     string
	}{}).NumField()
	if flags, known := reflect.TypeFor[orderPlace]().NumField()-arguments, len(new(orderPlace).uses()); flags != known {
		t.Errorf("there are %d flags, of which %d say with which types they go", flags, known)
	}
}
