package catalogue

import (
	"fmt"
)

// checkFields looks at custom fields by themselves. A field stays what it is a field of, as values of it may be stored.
func (c *Catalogue) checkFields(f *faults, e Entries) {
	each(f, "custom field", e.CustomFields, func(d CustomField) FieldID { return d.ID }, func(s subject, d CustomField) {
		s.name("its label", d.Label)
		if d.Scope == "" {
			s.fault("it has no scope; give customer, service, inventory or inventory_type")
			return
		}
		s.word("its scope", string(d.Scope), string(OfCustomer), string(OfService), string(OfInventory), string(OfInventoryType))
		if was, ok := c.CustomField(d.ID); ok && was.Scope != d.Scope {
			s.fault("it is a field of %s, and stays one; make another field", was.Scope.many())
		}
	})
}

// checkLabels looks that no field has the label of another one of its scope.
func (c *Catalogue) checkLabels(f *faults) {
	labels := map[scopedLabel]FieldID{}
	for _, d := range c.entries.CustomFields {
		label := labelOf(d.Scope, d.Label)
		if other, taken := labels[label]; taken && other != d.ID {
			subject{f, fmt.Sprintf("custom field %d", d.ID)}.fault("field %d of the same scope has the label %q too; give another", other, d.Label)
		}
		labels[label] = d.ID
	}
}

// checkInventoryTypes looks at inventory types. One stays of its kind, as items of it may be there.
func checkInventoryTypes(f *faults, before, after *Catalogue, e Entries) {
	each(f, "inventory type", e.InventoryTypes, func(t InventoryType) InventoryTypeID { return t.ID }, func(s subject, t InventoryType) {
		s.name("its name", t.Name)
		s.text("its description", t.Description, longestText)
		s.text("its identifier label", t.IdentifierLabel, longestName)
		s.text("its programming instructions", t.ProgrammingInstructions, longestText)
		if t.Kind == "" {
			s.fault("it has no kind; give General, Telephone_Number, IP_Address, Mobile_Device or SIM_Card")
		}
		s.word("its kind", string(t.Kind),
			string(General), string(TelephoneNumber), string(IPAddress), string(MobileDevice), string(SIMCard))
		s.word("its format", t.Format,
			"NONE", "ESN_DECIMAL", "MEID_DECIMAL", "ESN_OR_MEID_DECIMAL", "ICCID_DECIMAL", "IMEI_DECIMAL", "MAC_ADDRESS")
		was, known := before.InventoryType(t.ID)
		if known && was.Kind != t.Kind {
			s.fault("it is of kind %s, and stays so; make another type", was.Kind)
		}
		after.checkValues(s, was, t)
	})
}

// checkValues looks at the custom fields of an inventory type.
func (c *Catalogue) checkValues(s subject, was, t InventoryType) {
	seen := map[FieldID]bool{}
	for _, v := range t.Fields {
		field, ok := c.CustomField(v.Field)
		switch {
		case !ok:
			s.fault("there is no custom field %d; write it into the import too, or name another", v.Field)
		case field.Scope != OfInventoryType:
			s.fault("the custom field %q is of %s, not of inventory types", field.Label, field.Scope.many())
		case seen[v.Field]:
			s.fault("the custom field %q is given twice; once is enough", field.Label)
		case v.Value == "":
			s.fault("the custom field %q has no value; leave it out", field.Label)
		case field.Closed && was.value(v.Field) != v.Value:
			s.fault("the custom field %q is closed: it takes no new values", field.Label)
		}
		seen[v.Field] = true
		s.text("the custom field "+field.Label, v.Value, longestValue)
	}
}

// checkPlain looks at entries that refer to no others.
func checkPlain(f *faults, e Entries) {
	each(f, "service type", e.ServiceTypes, func(t ServiceType) ServiceTypeID { return t.ID }, func(s subject, t ServiceType) {
		s.name("its name", t.Name)
	})
	each(f, "unavailable reason", e.UnavailableReasons, func(r UnavailableReason) ReasonID { return r.ID }, func(s subject, r UnavailableReason) {
		s.name("its description", r.Description)
	})
	each(f, "Lifeline type", e.LifelineTypes, func(t LifelineType) LifelineTypeID { return t.ID }, func(s subject, t LifelineType) {
		s.name("its name", t.Name)
		s.state(t.State)
	})
	each(f, "proof type", e.ProofTypes, func(t ProofType) ProofTypeID { return t.ID }, func(s subject, t ProofType) {
		s.name("its name", t.Name)
		s.text("its notes", t.Notes, longestText)
	})
}
