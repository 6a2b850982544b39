package access

import "latchkey/internal/problem"

// Principal is on whose rights records are read and changed, and in which tenant: a proven caller, or an operator at the
// command line, who may do everything.
type Principal struct {
	Tenant   Tenant
	By       By
	role     Role
	operator bool
}

// Principal gives the caller as one who works on the records of the subject's tenant.
func (c Caller) Principal() Principal {
	return Principal{Tenant: c.Subject.Tenant, By: c.By(), role: c.Subject.Role}
}

// OperatorOf gives an operator at the command line as one who works on a tenant's records.
func OperatorOf(tenant Tenant, by By) Principal {
	return Principal{Tenant: tenant, By: by, operator: true}
}

// Require refuses (PermissionDenied) what the principal has no permission for.
func (p Principal) Require(needed Permission) error {
	if p.operator || p.role.Allows(needed) {
		return nil
	}
	return problem.New(problem.PermissionDenied, "your role lacks the permission %s", needed)
}
