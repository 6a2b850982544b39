package console

// Address is one address behind a door, as a test walks them.
type Address struct {
	Method, Path string
	Open         bool
}

// Addresses lists every address behind both doors.
func Addresses() []Address {
	var all []Address
	for _, d := range []*door{myAccount(), partnerDashboard()} {
		for _, r := range routes(d.ID) {
			all = append(all, Address{r.method, d.Path + r.path, r.open})
		}
	}
	return all
}
