// Package client_test runs real SOAP clients, each configured from our WSDL alone, against the built binary.
package client_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/internal/storage/storetest"
	"latchkey/test/binary"
)

// operations are those a client must find in the WSDL.
var operations = []string{"Sessions_Create", "Sessions_Validate", "Sessions_Destroy", "Impersonation_Authorize"}

// client is one SOAP stack: the tool it needs, as tool/has knows it, and how it is called.
type client struct {
	name, tool string
	command    []string
}

// walks go through sessions and impersonation, operation by operation.
func walks() []client {
	python := pythonWithZeep()
	return []client{
		{"PHP SoapClient SOAP 1.1", "php", []string{"php", "php/sessions.php", "1.1"}},
		{"PHP SoapClient SOAP 1.2", "php", []string{"php", "php/sessions.php", "1.2"}},
		{"Python zeep SOAP 1.1", "zeep", []string{python, "python/sessions.py", "1.1"}},
		{"Python zeep SOAP 1.2", "zeep", []string{python, "python/sessions.py", "1.2"}},
		{"Node soap SOAP 1.1", "node-soap", []string{"node", "node/sessions.cjs", "1.1"}},
		{"Node soap SOAP 1.2", "node-soap", []string{"node", "node/sessions.cjs", "1.2"}},
	}
}

// loaders read a WSDL and look for the operations in it.
func loaders(wsdl string) []client {
	reading := func(command ...string) []string {
		return append(append(command, wsdl), operations...)
	}
	return []client{
		{"PHP SoapClient reads the WSDL", "php", reading("php", "php/wsdl.php")},
		{"Python zeep reads the WSDL", "zeep", reading(pythonWithZeep(), "python/wsdl.py")},
		{"Node soap reads the WSDL", "node-soap", reading("node", "node/wsdl.cjs")},
		{"gSOAP wsdl2h reads the WSDL", "gsoap", reading("sh", "gsoap/wsdl.sh")},
	}
}

func TestRealClients(t *testing.T) {
	program := binary.Build(t)
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server := binary.Serve(t, program, data, filepath.Join(t.TempDir(), "secret.key"))
		wsdl := server.Setting("LATCHKEY_URL") + "/v20/default.asmx?WSDL"
		for _, c := range append(walks(), loaders(wsdl)...) {
			c.run(t, server.Env)
		}
		if err := server.Stop(); err != nil {
			t.Errorf("the server did not stop in order: %v", err)
		}
	})
}

// The golden file is the WSDL as it shall be, so clients are held to that too and not only to what a server says.
func TestGoldenWSDLIsReadByRealClients(t *testing.T) {
	golden, err := filepath.Abs("../../internal/dialect/revio/testdata/v20.golden.wsdl")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range loaders(golden) {
		c.run(t, nil)
	}
}

// run calls the client as a subtest and shows what it prints. A client whose tool is missing is named and left
// out, unless CI=true.
func (c client) run(t *testing.T, env []string) {
	t.Helper()
	if exec.Command("../../tool/has", c.tool).Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Errorf("%s: %s is not here", c.name, c.tool)
		} else {
			t.Logf("skipped: %s, because %s is not here", c.name, c.tool)
		}
		return
	}
	t.Run(c.name, func(t *testing.T) {
		modules, err := filepath.Abs("../../.cache/node/node_modules")
		if err != nil {
			t.Fatal(err)
		}
		command := exec.Command(c.command[0], c.command[1:]...)
		command.Env = append(append(os.Environ(), "NODE_PATH="+modules, "PYTHONDONTWRITEBYTECODE=1"), env...)
		out, err := command.CombinedOutput()
		t.Logf("%s\n%s", strings.Join(command.Args, " "), out)
		if err != nil {
			t.Error(err)
		}
	})
}

func pythonWithZeep() string {
	out, err := exec.Command("../../tool/python").Output()
	if err != nil {
		return "python3"
	}
	return strings.TrimSpace(string(out))
}
