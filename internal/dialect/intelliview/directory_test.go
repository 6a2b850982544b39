package intelliview

import (
	"context"
	"strings"
	"testing"

	"latchkey/internal/access"
)

// The way from NEW to a company that works by itself (findings, The NEW bootstrap).
func TestTheBootstrap(t *testing.T) {
	byEngine(t, func(w *world) {
		root := w.open("NEW", "root", "0")
		created := w.call("ivnCreateCompany", "SessionToken", root.token, "CompanyShortName", "Corner", "CompanyName", "Corner Shop",
			"AdminUserXML", text("<AdminUserDetails><UserName>ada</UserName><Password>p@$$w0rd</Password></AdminUserDetails>"))
		w.wants(created, companyCreated)
		id := created.child("Company").attr("ID")
		w.wants(w.initialize("Corner", "ada", "p@$$w0rd", "0"), badShortName)
		w.wants(w.in(session{root.token, id}, "ivnUpdateCompany", "CompanyActiveStatus", "true"), companyUpdated)
		signedIn := w.initialize("Corner", "ada", "p@$$w0rd", "0")
		w.wants(signedIn, opened)
		ada := session{signedIn.child("Session").attr("Token"), id}
		if got := signedIn.child("Company").attr("ID"); got != id {
			w.t.Errorf("company %s, created as %s", got, id)
		}
		w.wants(w.in(ada, "ivnCreateGroup", "GroupName", "Staff"), groupCreated)
		w.wants(w.in(ada, "ivnCreateUser", "UserName", "sam", "Password", "x", "GroupNameList", "<string>staff</string>"), userCreated)
		if got := names(w.in(ada, "ivnGetUserDetails"), "User", "UserName"); got != "ada sam" {
			w.t.Errorf("users %s", got)
		}
		if got := names(w.in(ada, "ivnGetGroupDetails"), "Group", "UserNameList"); got != "sam" {
			w.t.Errorf("members %s", got)
		}
		w.wants(w.in(ada, "ivnCloseSession", "UserName", "ada", "Password", "p@$$w0rd"), closed)
	})
}

func TestNoCompanySeesAnothersUsersAndGroups(t *testing.T) {
	byEngine(t, func(w *world) {
		ann, eve, root := w.open("ACME", "ann", "0"), w.open("OTHER", "eve", "0"), w.open("NEW", "root", "0")
		everything := func() string {
			return names(w.in(session{root.token, ann.company}, "ivnGetUserDetails"), "User", "UserFullName") +
				names(w.in(session{root.token, ann.company}, "ivnGetGroupDetails"), "Group", "GroupDescription")
		}
		before := everything()
		w.run("a token of one with the id of the other", func() {
			for _, operation := range []string{
				"ivnCreateUser", "ivnUpdateUser", "ivnGetUserDetails", "ivnCreateGroup", "ivnUpdateGroup", "ivnGetGroupDetails", "ivnCloseSession",
			} {
				w.wants(w.in(session{eve.token, ann.company}, operation, "UserName", "zoe", "UserID", "1003", "GroupID", "1001"), badCompanyID)
			}
		})
		w.run("ids of the other", func() {
			w.wants(w.in(eve, "ivnUpdateUser", "UserID", "1003", "FirstName", "Eve", "Password", "stolen"), badUserID)
			w.wants(w.in(eve, "ivnUpdateGroup", "GroupID", "1001", "GroupDescription", "Eve"), badGroupID)
		})
		w.run("names of the other", func() {
			w.wants(w.in(eve, "ivnGetUserDetails", "UserName", "bob"), badUserName)
			w.wants(w.in(eve, "ivnGetUserDetails", "GroupName", "Sales"), badGroupName)
			w.wants(w.in(eve, "ivnGetGroupDetails", "GroupName", "Sales"), badGroupName)
			w.wants(w.in(eve, "ivnCreateGroup", "GroupName", "Spies", "UserNameList", "<string>bob</string>"), badUserName)
			w.wants(w.in(eve, "ivnCreateUser", "UserName", "spy", "Password", "x", "GroupNameList", "<string>Sales</string>"), badGroupName)
		})
		w.run("lists hold one's own only", func() {
			if got := names(w.in(eve, "ivnGetUserDetails"), "User", "UserName"); got != "eve" {
				w.t.Errorf("users %s", got)
			}
			if got := names(w.in(eve, "ivnGetGroupDetails"), "Group", "GroupName"); got != "" {
				w.t.Errorf("groups %s", got)
			}
		})
		if after := everything(); after != before {
			w.t.Errorf("something changed: %s, was %s", after, before)
		}
		if !w.alive(w.open("ACME", "bob", "0")) {
			w.t.Error("the password changed")
		}
	})
}

func TestPrivileges(t *testing.T) {
	byEngine(t, func(w *world) {
		ann, bob, root := w.open("ACME", "ann", "0"), w.open("ACME", "bob", "0"), w.open("NEW", "root", "0")
		w.run("an administrator makes no administrator", func() {
			w.wants(w.in(ann, "ivnCreateUser", "UserName", "zoe", "Password", "x", "AdminUser", "true"), noPrivilege)
			w.wants(w.in(ann, "ivnGetUserDetails", "UserName", "zoe"), badUserName)
		})
		w.run("an administrator changes itself, and no other one", func() {
			w.wants(w.in(session{root.token, ann.company}, "ivnCreateUser", "UserName", "zoe", "Password", "x", "AdminUser", "true"), userCreated)
			zoe := names(w.in(ann, "ivnGetUserDetails", "UserName", "zoe"), "User", "ID")
			w.wants(w.in(ann, "ivnUpdateUser", "UserID", zoe, "Password", "stolen"), noPrivilege)
			w.wants(w.initialize("ACME", "zoe", "x", "0"), opened)
			w.wants(w.in(ann, "ivnUpdateUser", "UserID", "1002", "FirstName", "Anna"), userUpdated)
		})
		w.run("a user who becomes an administrator has the rights from the next call on", func() {
			w.wants(w.in(bob, "ivnGetUserDetails"), noPrivilege)
			role := access.Role{Name: "api", Permissions: []access.Permission{access.UseAPI, access.Administer}, Dialects: access.Dialects()}
			w.must(w.Roles.Put(context.Background(), access.CommandLine("test"), role))
			w.wantsRead(w.in(bob, "ivnGetUserDetails"))
		})
		w.run("an account that loses its leave to use the API is told so", func() {
			role := access.Role{Name: "api", Dialects: access.Dialects()}
			w.must(w.Roles.Put(context.Background(), access.CommandLine("test"), role))
			w.wants(w.in(bob, "ivnGetUserDetails"), noPrivilege)
		})
	})
}

func TestNamesSurviveTheRoundTrip(t *testing.T) {
	byEngine(t, func(w *world) {
		ann := w.open("ACME", "ann", "0")
		root := w.open("NEW", "root", "0")
		for i, name := range []string{
			`R&D`, `a<b>c`, `O'Hara "Oz"`, "\U0001F600\U0001F469\u200d\U0001F467", "\u05e2\u05d1\u05e8\u05d9\u05ea \u200f(\u05d9\u05de\u05d9\u05df)\u200f abc",
			`日本語`, "e\u0301", `]]>`, `&amp;lt;`, `%00 {{x}}`,
		} {
			w.run(name, func() {
				w.wants(w.in(ann, "ivnCreateGroup", "GroupName", text(name), "GroupDescription", text(name)), groupCreated)
				w.wants(w.in(ann, "ivnCreateUser", "UserName", text(name), "Password", text(name), "FirstName", text(name),
					"EmailID", text(name), "GroupNameList", "<string>"+text(name)+"</string>"), userCreated)
				user := w.in(ann, "ivnGetUserDetails", "UserName", text(name)).all("User")[0]
				for _, attribute := range []string{"UserName", "UserFullName", "GroupNameList", "Emailid"} {
					if got := user.attr(attribute); got != name {
						w.t.Errorf("%s is %q", attribute, got)
					}
				}
				group := w.in(ann, "ivnGetGroupDetails", "GroupName", text(name)).all("Group")[0]
				if group.attr("GroupName") != name || group.attr("GroupDescription") != name || group.attr("UserNameList") != name {
					w.t.Errorf("group %+v", group)
				}
				w.wants(w.initialize("ACME", name, name, "0"), opened)
				code := "C" + strings.Repeat("x", i+1)
				created := w.call("ivnCreateCompany", "SessionToken", root.token, "CompanyShortName", code, "CompanyName", text(name),
					"CompanyDescription", text(name), "AdminUserXML",
					text("<AdminUserDetails><UserName>"+text(name)+"</UserName><Password>x</Password></AdminUserDetails>"))
				w.wants(created, companyCreated)
				company := w.call("ivnGetCompanyDetails", "SessionToken", root.token, "CompanyShortName", code)
				details := company.child("CompanyDetails").child("Company")
				if details.attr("CompanyName") != name || details.attr("CompanyDescription") != name || names(company, "User", "UserName") != name {
					w.t.Errorf("company %+v", company)
				}
			})
		}
	})
}

func TestTheAuditTrailSaysWhoDidWhat(t *testing.T) {
	w := newWorld(t, t.TempDir(), nil)
	ann := w.open("ACME", "ann", "0")
	w.wants(w.in(ann, "ivnCreateUser", "UserName", "zoe", "Password", "x"), userCreated)
	w.wants(w.in(ann, "ivnCloseSession", "UserName", "ann", "Password", hills), closed)
	for _, action := range []string{"session.open", "account.add", "session.end"} {
		rows, err := w.Audit.List(context.Background(), access.AuditFilter{Action: action})
		w.must(err)
		last := rows[len(rows)-1]
		if last.By.Subject != 1002 || last.By.Actor != 1002 || last.By.Door != "intelliview" {
			t.Errorf("%s is by %+v", action, last.By)
		}
	}
}
