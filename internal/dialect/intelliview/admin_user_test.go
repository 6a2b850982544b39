package intelliview

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/internal/access"
	"latchkey/internal/directory"
)

func TestAdminUserDetailsAreRead(t *testing.T) {
	const whole = "<AdminUserDetails><FirstName>Ada</FirstName><LastName>Lee &amp; Sons</LastName><UserName>ada</UserName>" +
		"<EmailID>a@b.test</EmailID><Password> p&lt;w </Password><PhoneNo>12</PhoneNo></AdminUserDetails>"
	full := directory.NewUser{
		Name: "ada", Password: " p<w ", Person: access.Person{FirstName: "Ada", LastName: "Lee & Sons", Email: "a@b.test", Phone: "12"},
	}
	short := directory.NewUser{Name: "ada", Password: "p"}
	for _, c := range []struct {
		what, text string
		want       directory.NewUser
	}{
		{"as the page shows it", whole, full},
		{"with a declaration, as .NET writes it", "\ufeff<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n" + whole + "\n", full},
		{"in another order", "<AdminUserDetails><Password>p</Password><UserName>ada</UserName></AdminUserDetails>", short},
		{"with prefix, attributes, comments and unknown elements", `<a:AdminUserDetails xmlns:a="x" b="c"><!-- who --><Title><UserName>no</UserName></Title>` +
			`<a:UserName d="e">a<!-- -->d<![CDATA[a]]></a:UserName><Password>p</Password></a:AdminUserDetails>`, short},
		{"the last one of several", "<AdminUserDetails><UserName>no</UserName><UserName>ada</UserName><Password>p</Password></AdminUserDetails>", short},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, known := parseAdminUser(c.text)
			if !known {
				t.Fatal("refused")
			}
			if diff := cmp.Diff(c.want, got); diff != "" || got.Password.Reveal() != c.want.Password.Reveal() {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoAdminUserIsRefused(t *testing.T) {
	const inside = "<UserName>ada</UserName><Password>p</Password>"
	for what, text := range map[string]string{
		"nothing":            "",
		"no markup":          "ada",
		"another root":       "<User>" + inside + "</User>",
		"no user name":       "<AdminUserDetails><Password>p</Password></AdminUserDetails>",
		"a blank user name":  "<AdminUserDetails><UserName> </UserName><Password>p</Password></AdminUserDetails>",
		"a broken name":      "<AdminUserDetails><UserName>a\nb</UserName><Password>p</Password></AdminUserDetails>",
		"no password":        "<AdminUserDetails><UserName>ada</UserName><Password/></AdminUserDetails>",
		"an end too few":     "<AdminUserDetails>" + inside,
		"an end too many":    "<AdminUserDetails>" + inside + "</AdminUserDetails></AdminUserDetails>",
		"two roots":          "<AdminUserDetails>" + inside + "</AdminUserDetails><AdminUserDetails/>",
		"text after the end": "<AdminUserDetails>" + inside + "</AdminUserDetails>x",
		"a DTD":              "<!DOCTYPE AdminUserDetails><AdminUserDetails>" + inside + "</AdminUserDetails>",
		"an entity":          "<AdminUserDetails><UserName>&ada;</UserName><Password>p</Password></AdminUserDetails>",
		"too much": "<AdminUserDetails>" + inside + "<FirstName>" + strings.Repeat("a", longestAdminUser) +
			"</FirstName></AdminUserDetails>",
	} {
		t.Run(what, func(t *testing.T) {
			if got, known := parseAdminUser(text); known {
				t.Errorf("taken as %+v", got)
			}
		})
	}
}
