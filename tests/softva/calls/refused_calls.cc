// SPDX-License-Identifier: Apache-2.0
#include "softva/calls/refused_calls.h"

#include "softva/calls/call.h"

namespace softva {
namespace {

template <class... Arguments>
VAStatus Refuse(Driver&, Arguments...) {
  return VA_STATUS_ERROR_UNIMPLEMENTED;
}

// The refusal that fits a slot of the table.
template <CallName name, class... Arguments>
void FillRefusal(VAStatus (**slot)(VADriverContextP, Arguments...)) {
  *slot = Call<name, &Refuse<Arguments...>>::Enter;
}

VAStatus QuerySubpictureFormats(Driver&, VAImageFormat*, unsigned int*, unsigned int* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

VAStatus QueryDisplayAttributes(Driver&, VADisplayAttribute*, int* count) {
  *count = 0;
  return VA_STATUS_SUCCESS;
}

}  // namespace

void FillRefusedCalls(VADriverVTable* table) {
  table->vaQuerySubpictureFormats = Call<"QuerySubpictureFormats", QuerySubpictureFormats>::Enter;
  table->vaQueryDisplayAttributes = Call<"QueryDisplayAttributes", QueryDisplayAttributes>::Enter;
  FillRefusal<"GetDisplayAttributes">(&table->vaGetDisplayAttributes);
  FillRefusal<"SetDisplayAttributes">(&table->vaSetDisplayAttributes);
  FillRefusal<"PutSurface">(&table->vaPutSurface);
  FillRefusal<"SetImagePalette">(&table->vaSetImagePalette);
  FillRefusal<"CreateSubpicture">(&table->vaCreateSubpicture);
  FillRefusal<"DestroySubpicture">(&table->vaDestroySubpicture);
  FillRefusal<"SetSubpictureImage">(&table->vaSetSubpictureImage);
  FillRefusal<"SetSubpictureChromakey">(&table->vaSetSubpictureChromakey);
  FillRefusal<"SetSubpictureGlobalAlpha">(&table->vaSetSubpictureGlobalAlpha);
  FillRefusal<"AssociateSubpicture">(&table->vaAssociateSubpicture);
  FillRefusal<"DeassociateSubpicture">(&table->vaDeassociateSubpicture);
}

}  // namespace softva
