import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import { report } from "../report.js";

const xml = `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE r [<!ENTITY who "World">]>
<r xmlns:n="urn:x"><!-- c --><a id="1" n:t='x&amp;y'>Hello &who; &lt;b&gt; &#169;</a><a id="2"/><n:b><![CDATA[<raw> & ]]></n:b><num>0012</num><f>1.50</f><t>true</t><mixed>one<i>two</i>three</mixed><e></e></r>`;

export default report(async (print) => {
  print(new XMLParser().parse(xml));
  print(new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", removeNSPrefix: true, cdataPropName: "__cdata", commentPropName: "#c", htmlEntities: true, parseAttributeValue: true, isArray: (n) => n === "f", trimValues: false }).parse(xml));
  const ordered = new XMLParser({ preserveOrder: true, ignoreAttributes: false }).parse(xml);
  print(ordered, new XMLBuilder({ preserveOrder: true, ignoreAttributes: false }).build(ordered));
  print(new XMLBuilder({ format: true, ignoreAttributes: false, suppressEmptyNode: true }).build({ r: { a: [1, 2], b: { "@_id": "x<y", "#text": "t & u" }, c: "", d: null } }));
  for (const bad of ["<a><b></a>", "<a", "<a b=c/>", "<a/><b/>", "<a>&bad;</a>", "<ok/>", "<a x='1' x='2'/>"]) print(bad, XMLValidator.validate(bad));
  print(new XMLParser().parse(`<l>${"<i><k>v</k><n>5</n></i>".repeat(2000)}</l>`).l.i.length);
});
