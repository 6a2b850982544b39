package intelliview

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"latchkey/internal/access"
	"latchkey/internal/directory"
	"latchkey/internal/naming"
)

// longestAdminUser bounds AdminUserXML, in bytes: six short texts.
const longestAdminUser = 8 << 10

// parseAdminUser reads the details of a company's first administrator (contract.yaml admin_user_xml): elements in any
// order, unknown ones passed over. False when it is no such document, when the user name is no name, or the password is
// missing.
func parseAdminUser(text string) (directory.NewUser, bool) {
	if len(text) > longestAdminUser {
		return directory.NewUser{}, false
	}
	fields, err := adminUserFields(text)
	if err != nil {
		return directory.NewUser{}, false
	}
	user := directory.NewUser{
		Name: fields["UserName"], Password: access.Secret(fields["Password"]),
		Person: access.Person{
			FirstName: fields["FirstName"], LastName: fields["LastName"], Email: fields["EmailID"], Phone: fields["PhoneNo"],
		},
	}
	return user, naming.Check("the name", user.Name) == nil && !user.Password.Empty()
}

var errNotAdminUser = errors.New("not a document of admin user details")

// adminUserFields reads the texts right below the root, by the local names of their elements.
func adminUserFields(text string) (map[string]string, error) {
	reader := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	// What it says of its encoding was true before it became a string: .NET writes utf-16 there.
	reader.CharsetReader = func(_ string, content io.Reader) (io.Reader, error) { return content, nil }
	fields, path, roots := map[string]string{}, []string{}, 0
	for {
		token, err := reader.Token()
		switch {
		case errors.Is(err, io.EOF) && roots == 1:
			return fields, nil
		case err != nil:
			return nil, err
		}
		switch token := token.(type) {
		case xml.Directive: // a DTD
			return nil, errNotAdminUser
		case xml.StartElement:
			if path = append(path, token.Name.Local); len(path) == 1 {
				roots++
			}
			if path[0] != "AdminUserDetails" || roots > 1 {
				return nil, errNotAdminUser
			}
			if len(path) == 2 {
				fields[path[1]] = ""
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) == 2 {
				fields[path[1]] += string(token)
			}
			if len(path) == 0 && strings.TrimSpace(string(token)) != "" {
				return nil, errNotAdminUser
			}
		}
	}
}
