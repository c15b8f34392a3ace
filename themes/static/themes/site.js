/* The readers' site. Every page is complete without this file: a section here adds comfort where its element stands,
   and does nothing elsewhere. No cookie, no storage, no request to anyone but this site. 5 KB in all. */
"use strict";
