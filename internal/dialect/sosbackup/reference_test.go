package sosbackup

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/wiretest"
)

// assumptions is what the page says of that which no source does.
const assumptions = `
# What the sources leave open

These are choices of ours, see [decision 40](../decisions/0040-sos-backup.md).

- ` + "`UserName`" + ` of the header is the login name of an API user, which is unique over the installation; there is no tenant code.
  Its role must allow ` + "`issue_logins`" + `. It reaches the users of its own tenant and of those below.
- ` + "`IsAppUser`" + ` says which of the two kinds of people ` + "`Username`" + ` names: true a dashboard user, whose token opens the Partner
  Dashboard; false, or absent, a backup account, whose token opens MyAccount.
- A token opens its door once, within 5 minutes (the setting ` + "`tokens.life`" + `), at ` + "`<base>/PartnerDashboard/SignIn?token=…`" + ` or
  ` + "`<base>/MyAccount/SignIn?token=…`" + `. It can stand in an address as it is. A host application with pages of its own hands it in at
  ` + "`POST <base>/api/v1/login-tokens/redeem`" + `.
- Every answer has ` + "`Result`" + ` with its three children; ` + "`Message`" + ` is empty where all went well. Without a token there is no ` + "`AuthToken`" + `.
- The header is checked first, then the fields, then the reach. No session is opened.

# Results

Each comes in an ordinary answer with HTTP status 200. Results that no operation returns yet are marked with a dash.

| Result | Code | When | Message | Returned |
| --- | --- | --- | --- | --- |
`

// TestTheReferenceIsCurrent holds docs/reference/sosbackup.md against what is declared; -update writes it.
func TestTheReferenceIsCurrent(t *testing.T) {
	service, err := New(Deps{Access: &access.Services{}})
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	text.WriteString("<!-- Generated from internal/dialect/sosbackup by `make generate`. -->\n\n")
	text.Write(service.Reference())
	text.WriteString(assumptions)
	for _, number := range slices.Sorted(maps.Keys(outcomes)) {
		o, returned := outcomes[number], "–"
		if o.returned {
			returned = "yes"
		}
		fmt.Fprintf(&text, "| %d | %s | %s | %s | %s |\n", number, o.code, o.when, cmp.Or(o.message, "–"), returned)
	}
	wiretest.Golden(t, "../../../docs/reference/sosbackup.md", text.Bytes())
}
