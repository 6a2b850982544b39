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

// dialect is one service that the clients call.
type dialect struct {
	name       string
	path       string   // of the service on a server
	golden     string   // its WSDL as it shall be
	scripts    []string // the walks' files, without their endings
	operations []string // those a client must find in the WSDL
}

func dialects() []dialect {
	return []dialect{
		{
			"Rev.io", "/v20/default.asmx", "revio/testdata/v20.golden.wsdl",
			[]string{"sessions", "sms", "telecom"},
			[]string{
				"Sessions_Create", "Sessions_Validate", "Sessions_Destroy", "Impersonation_Authorize", "SMS_Send", "SMSOptOut_Create",
				"SMSOptOut_Delete", "NewCustomers_Create", "Customers_Query", "Customers_Update", "Lines_Query", "Lines_Update",
				"CustomerProducts_Query", "Orders_Query", "Orders_Search", "Orders_Update", "Transactions_Create", "Transactions_Query",
				"Inventory_Create", "Inventory_Query", "Inventory_Assign", "Inventory_Unassign", "InventoryTypes_Query", "Packages_Query",
				"Products_Query", "Programs_Search", "BillProfiles_Query", "Agents_Query", "Notes_Create",
			},
		},
		{
			"Intelliview", "/IntelliviewNXT/ServiceApi/DashboardApi.asmx", "intelliview/testdata/DashboardApi.golden.wsdl",
			[]string{"intelliview"},
			[]string{
				"ivnInitializeSession", "ivnCloseSession", "ivnCreateCompany", "ivnUpdateCompany", "ivnGetCompanyDetails",
				"ivnGetCompanyDetailsByID", "ivnGetAllCompanyDetails", "ivnCreateUser", "ivnUpdateUser", "ivnGetUserDetails",
				"ivnCreateGroup", "ivnUpdateGroup", "ivnGetGroupDetails",
			},
		},
		{
			"SOS Online Backup", "/WebApi/AccountManagementService/AccountManagementService.asmx",
			"sosbackup/testdata/AccountManagementService.golden.wsdl",
			[]string{"sosbackup"},
			[]string{"GetAuthorizationTokenByEntity"},
		},
	}
}

// client is one SOAP stack: the tool it needs, as tool/has knows it, and how it is called.
type client struct {
	name, tool string
	command    []string
}

// walks go through a dialect, operation by operation.
func (d dialect) walks() []client {
	python := pythonWithZeep()
	var walks []client
	for _, script := range d.scripts {
		for _, version := range []string{"1.1", "1.2"} {
			with := " " + d.name + " " + script + " SOAP " + version
			walks = append(walks,
				client{"PHP SoapClient" + with, "php", []string{"php", "php/" + script + ".php", version}},
				client{"Python zeep" + with, "zeep", []string{python, "python/" + script + ".py", version}},
				client{"Node soap" + with, "node-soap", []string{"node", "node/" + script + ".cjs", version}},
			)
		}
	}
	return walks
}

// loaders read a WSDL and look for the operations in it.
func (d dialect) loaders(wsdl string) []client {
	reading := func(command ...string) []string {
		return append(append(command, wsdl), d.operations...)
	}
	reads := " reads the WSDL of " + d.name
	return []client{
		{"PHP SoapClient" + reads, "php", reading("php", "php/wsdl.php")},
		{"Python zeep" + reads, "zeep", reading(pythonWithZeep(), "python/wsdl.py")},
		{"Node soap" + reads, "node-soap", reading("node", "node/wsdl.cjs")},
		{"gSOAP wsdl2h" + reads, "gsoap", reading("sh", "gsoap/wsdl.sh")},
	}
}

func TestRealClients(t *testing.T) {
	program := binary.Build(t)
	storetest.EachEngine(t, func(t *testing.T, data string) {
		server := binary.Serve(t, program, data, filepath.Join(t.TempDir(), "secret.key"),
			"--sessions-remember=1h") // what walks prove once stays proved while others try wrong passwords
		for _, d := range dialects() {
			wsdl := server.Setting("LATCHKEY_URL") + d.path + "?WSDL"
			for _, c := range append(d.walks(), d.loaders(wsdl)...) {
				c.run(t, server.Env)
			}
		}
		// As people do who keep their WSDL file: only the location is another.
		client{
			"PHP SoapClient Rev.io telecom SOAP 1.2 from the golden WSDL", "php",
			[]string{"php", "php/telecom.php", "1.2", "../../internal/dialect/" + dialects()[0].golden},
		}.run(t, server.Env)
		if err := server.Stop(); err != nil {
			t.Errorf("the server did not stop in order: %v", err)
		}
	})
}

// The golden file is the WSDL as it shall be, so clients are held to that too and not only to what a server says.
func TestGoldenWSDLIsReadByRealClients(t *testing.T) {
	for _, d := range dialects() {
		golden, err := filepath.Abs(filepath.Join("../../internal/dialect", d.golden))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.loaders(golden) {
			c.run(t, nil)
		}
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
		command.Env = append(append(os.Environ(), "NODE_PATH="+modules, "PYTHONDONTWRITEBYTECODE=1", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1"), env...)
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
