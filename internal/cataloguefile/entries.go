package cataloguefile

import (
	"latchkey/internal/catalogue"
)

// list turns a list of one form into that of another.
func list[From, To any](from []From, turn func(From) To) []To {
	if len(from) == 0 {
		return nil
	}
	to := make([]To, len(from))
	for i, f := range from {
		to[i] = turn(f)
	}
	return to
}

// ids turns ids of one form into those of another.
func ids[To, From ~int64](from []From) []To {
	return list(from, func(id From) To { return To(id) })
}

// content gives what is in a document. A customer whose exemptions are there twice is a fault.
func (d document) content(r *reader) Content {
	c := Content{Entries: d.entries(), Zips: d.ZipCodes, HasZips: r.zips, Exemptions: map[int64][]string{}}
	for _, e := range d.TaxExemptions {
		if _, twice := c.Exemptions[e.Customer]; twice {
			r.fault(0, "the tax exemptions of customer %d are there twice", e.Customer)
		}
		c.Exemptions[e.Customer] = e.Exemptions
	}
	return c
}

func (d document) entries() catalogue.Entries {
	return catalogue.Entries{
		TaxEngine: catalogue.TaxEngine(d.TaxEngine),
		Providers: list(d.Providers, func(p provider) catalogue.Provider {
			return catalogue.Provider{ID: catalogue.ProviderID(p.ID), Name: p.Name, Code: p.Code, Closed: p.Closed}
		}),
		ProviderAccounts: list(d.ProviderAccounts, func(a providerAccount) catalogue.ProviderAccount {
			return catalogue.ProviderAccount{ID: catalogue.ProviderAccountID(a.ID), Provider: catalogue.ProviderID(a.Provider), Name: a.Name}
		}),
		ServiceTypes: list(d.ServiceTypes, func(t serviceType) catalogue.ServiceType {
			return catalogue.ServiceType{ID: catalogue.ServiceTypeID(t.ID), Name: t.Name}
		}),
		ProductTypes: list(d.ProductTypes, func(t productType) catalogue.ProductType {
			return catalogue.ProductType{ID: catalogue.ProductTypeID(t.ID), Name: t.Name, Code: t.Code}
		}),
		Products: list(d.Products, product.entry),
		Packages: list(d.Packages, bundle.entry),
		Programs: list(d.Programs, program.entry),
		BillProfiles: list(d.BillProfiles, func(p billProfile) catalogue.BillProfile {
			return catalogue.BillProfile{ID: catalogue.BillProfileID(p.ID), Name: p.Name, Default: p.Default}
		}),
		Processes: list(d.Processes, process.entry),
		UnavailableReasons: list(d.UnavailableReasons, func(u unavailableReason) catalogue.UnavailableReason {
			return catalogue.UnavailableReason{ID: catalogue.ReasonID(u.ID), Description: u.Description}
		}),
		CustomFields: list(d.CustomFields, func(f customField) catalogue.CustomField {
			return catalogue.CustomField{ID: catalogue.FieldID(f.ID), Scope: catalogue.Scope(f.Scope), Label: f.Label, Closed: f.Closed}
		}),
		InventoryTypes: list(d.InventoryTypes, inventoryType.entry),
		LifelineTypes: list(d.LifelineTypes, func(t lifelineType) catalogue.LifelineType {
			return catalogue.LifelineType{ID: catalogue.LifelineTypeID(t.ID), Name: t.Name, State: t.State}
		}),
		ProofTypes: list(d.ProofTypes, func(t proofType) catalogue.ProofType {
			return catalogue.ProofType{ID: catalogue.ProofTypeID(t.ID), Name: t.Name, Notes: t.Notes}
		}),
		Agents: list(d.Agents, agent.entry),
	}
}

func (p product) entry() catalogue.Product {
	return catalogue.Product{
		ID: catalogue.ProductID(p.ID), Name: p.Name, Description: p.Description, WholesaleDescription: p.WholesaleDescription,
		Type: catalogue.ProductTypeID(p.Type), Provider: catalogue.ProviderID(p.Provider),
		Rate: p.Rate, Cost: p.Cost, OneTime: p.OneTime, State: p.State, Category: p.Category,
		Code1: p.Code1, Code2: p.Code2, Provisioned: p.Provisioned, GroupOnBill: p.GroupOnBill, TaxIncluded: p.TaxIncluded,
		Class: p.Class, Locations: p.Locations, BillProfiles: ids[catalogue.BillProfileID](p.BillProfiles),
		ServiceTypes: ids[catalogue.ServiceTypeID](p.ServiceTypes), InventoryTypes: ids[catalogue.InventoryTypeID](p.InventoryTypes),
		Attributes: list(p.Attributes, func(a attribute) catalogue.Attribute { return catalogue.Attribute(a) }),
		Allowances: list(p.Allowances, func(a allowance) catalogue.Allowance { return catalogue.Allowance(a) }),
		Closed:     p.Closed,
	}
}

func (p bundle) entry() catalogue.Package {
	return catalogue.Package{
		ID: catalogue.PackageID(p.ID), Name: p.Name, Description: p.Description, Details: p.Details,
		Provider: catalogue.ProviderID(p.Provider), ServiceType: catalogue.ServiceTypeID(p.ServiceType),
		Program: catalogue.ProgramID(p.Program),
		Products: list(p.Products, func(in packageProduct) catalogue.PackageProduct {
			return catalogue.PackageProduct{
				Product: catalogue.ProductID(in.Product), Group: in.Group, Lead: in.Lead, Rate: in.Rate, Quantity: in.Quantity,
			}
		}),
		State: p.State, Category: p.Category, Class: p.Class, Locations: p.Locations,
		BillProfiles:   ids[catalogue.BillProfileID](p.BillProfiles),
		InventoryTypes: ids[catalogue.InventoryTypeID](p.InventoryTypes),
		ZipCodes:       p.ZipCodes, LifelineOnly: p.LifelineOnly, TribalOnly: p.TribalOnly, Closed: p.Closed,
	}
}

func (p program) entry() catalogue.Program {
	return catalogue.Program{
		ID: catalogue.ProgramID(p.ID), Description: p.Description, LongDescription: p.LongDescription,
		PIC: p.PIC, LPIC: p.LPIC, CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy, Closed: p.Closed,
	}
}

func (p process) entry() catalogue.Process {
	return catalogue.Process{
		ID: catalogue.ProcessID(p.ID), Name: p.Name,
		Phases: list(p.Phases, func(ph phase) catalogue.Phase {
			return catalogue.Phase{
				ID: catalogue.PhaseID(ph.ID), Description: ph.Description,
				Routes: list(ph.Routes, func(r route) catalogue.Route {
					return catalogue.Route{ID: catalogue.RouteID(r.ID), Description: r.Description, To: catalogue.PhaseID(r.To)}
				}),
			}
		}),
	}
}

func (t inventoryType) entry() catalogue.InventoryType {
	return catalogue.InventoryType{
		ID: catalogue.InventoryTypeID(t.ID), Kind: catalogue.InventoryKind(t.Kind), Name: t.Name, Description: t.Description,
		IdentifierLabel: t.IdentifierLabel, Format: t.Format, RequiresProduct: t.RequiresProduct,
		ProgrammingInstructions: t.ProgrammingInstructions,
		Fields: list(t.Fields, func(f fieldValue) catalogue.FieldValue {
			return catalogue.FieldValue{Field: catalogue.FieldID(f.Field), Value: f.Value}
		}),
		Closed: t.Closed,
	}
}

func (a agent) entry() catalogue.AgentDetails {
	return catalogue.AgentDetails{
		Number: a.Number, Phone: a.Phone, Fax: a.Fax, Email: a.Email, HoursOfOperation: a.HoursOfOperation,
		LocationDetails: a.LocationDetails, CommissionPlan: a.CommissionPlan,
		Address: catalogue.Address{
			FirstName: a.Address.FirstName, LastName: a.Address.LastName, CompanyName: a.Address.CompanyName,
			Address1: a.Address.Address1, Address2: a.Address.Address2, City: a.Address.City, State: a.Address.State,
			Zip: a.Address.Zip, Zip4: a.Address.Zip4, Country: a.Address.Country,
		},
	}
}
