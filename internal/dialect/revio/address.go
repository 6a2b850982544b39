package revio

import "latchkey/internal/catalogue"

// addressItem is a postal address.
type addressItem struct {
	ID          *int32 `soap:"ID,optional"`
	FirstName   *string
	LastName    *string
	CompanyName *string
	Address1    *string
	Address2    *string
	City        *string
	State       *string
	Zip         *string
	Zip4        *string
	Country     *enum_Country_Code `soap:"Country,optional"`
}

// newAddressItem gives an address as it stands on the wire; nil gives nil.
func newAddressItem(a *catalogue.Address) *addressItem {
	if a == nil {
		return nil
	}
	return &addressItem{
		ID: ref(a.ID), FirstName: word[string](a.FirstName), LastName: word[string](a.LastName), CompanyName: word[string](a.CompanyName),
		Address1: word[string](a.Address1), Address2: word[string](a.Address2), City: word[string](a.City), State: word[string](a.State),
		Zip: word[string](a.Zip), Zip4: word[string](a.Zip4), Country: word[enum_Country_Code](a.Country),
	}
}

// address reads an address; nil gives nil.
func (i *addressItem) address() *catalogue.Address { return i.edit(nil) }

// edit gives a stored address, or nil, with what a request changes of it; the stored one stays as it is. An absent item is no
// change, and one that says nothing makes no address.
func (i *addressItem) edit(stored *catalogue.Address) *catalogue.Address {
	if i == nil {
		return stored
	}
	var a catalogue.Address
	if stored != nil {
		a = *stored
	}
	setID(&a.ID, i.ID)
	setText(&a.FirstName, i.FirstName)
	setText(&a.LastName, i.LastName)
	setText(&a.CompanyName, i.CompanyName)
	setText(&a.Address1, i.Address1)
	setText(&a.Address2, i.Address2)
	setText(&a.City, i.City)
	setText(&a.State, i.State)
	setText(&a.Zip, i.Zip)
	setText(&a.Zip4, i.Zip4)
	setWord(&a.Country, i.Country)
	if stored == nil && a == (catalogue.Address{}) {
		return nil
	}
	return &a
}
