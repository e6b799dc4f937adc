import { inPowerQuery } from '../literals';
import { addressOf, type Program, TOKEN_VARIABLE } from '../subject';

/** Reads an entity set in Power Query, which asks the server for the filters, sorts and columns of the steps behind it. */
export const odata: Program = (request) => `\
// ${TOKEN_VARIABLE} is a text parameter of the workbook (Manage Parameters); the source's credentials are anonymous.
let
    Rows = OData.Feed(
        ${inPowerQuery(addressOf(request))},
        [Authorization = "Bearer " & ${TOKEN_VARIABLE}],
        [Implementation = "2.0"])
in
    Rows`;
